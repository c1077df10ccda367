// Random changes to training pictures: colour jitter in a random order (saturation, brightness,
// contrast), then lighting noise, then flips.
//
// As the image generators of rykov8/ssd_keras and oarriaga/face_classification make them, on pixels
// x from 0 to 255, cut to that range after every change:
//   grey        = 0.299 red + 0.587 green + 0.114 blue
//   saturation  x <- a x + (1 - a) grey of the pixel,             a uniform in [1 - s, 1 + s)
//   brightness  x <- a x,                                         a uniform in [1 - s, 1 + s)
//   contrast    x <- a x + (1 - a) mean grey of the picture,      a uniform in [1 - s, 1 + s)
//   lighting    x <- x + 255 s V diag(l) z,                       z standard normal [3]
// with s the strength, and V diag(l) V' the covariance C of the picture's colours (of x / 255).
// V diag(l) z = C (V z), and V z is standard normal as z is; so the noise is drawn as 255 s C z,
// which has the same distribution and needs no eigenvectors, whose signs and order are anybody's.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "framework/data/augment_config.h"

namespace ag::data {

enum class Jitter : std::uint8_t { kSaturation, kBrightness, kContrast };

// What happens to one picture in one epoch.
struct Augmentation {
  std::array<Jitter, 3> order{Jitter::kSaturation, Jitter::kBrightness, Jitter::kContrast};
  double saturation = 1;             // a; 1 changes nothing
  double brightness = 1;             // a
  double contrast = 1;               // a
  std::array<double, 3> lighting{};  // s z
  bool hflip = false;                // left becomes right
  bool vflip = false;                // top becomes bottom

  bool changes_colour() const;
};

// A pure function of its arguments; equal on every rank and thread. Whether one kind of change is
// on doesn't alter the draws of another. `sample` is the index in its split.
Augmentation draw_augmentation(const AugmentConfig& config, std::uint64_t seed, std::uint32_t epoch,
                               std::uint32_t sample);

// Turns pixels into what the network sees: augmented, as floats x / 127.5 - 1. Keeps scratch memory
// from picture to picture. One per thread.
class Augmenter {
 public:
  // `from` is [height, width, 3], 0 to 255; `to` is [height, width, 3]. Without a change of colour
  // the values are exactly x / 127.5 - 1 in float; with one they are within 1e-5 of the
  // reference's. The bits are the same on every processor. Throws Error when a span isn't of
  // its size.
  void apply(const Augmentation& augmentation, std::span<const std::uint8_t> from, int width,
             int height, std::span<float> to);

 private:
  void recolour(const Augmentation& augmentation, std::span<const std::uint8_t> from,
                std::size_t width, std::span<float> to);
  void copy(const Augmentation& augmentation, std::span<const std::uint8_t> from, std::size_t width,
            std::span<float> to);

  std::vector<float> planes_;           // [3, height, width]
  std::vector<std::uint8_t> mirrored_;  // [width, 3]
};

// The plain form that Augmenter is checked against, in double.
void augment_reference(const Augmentation& augmentation, std::span<const std::uint8_t> from,
                       int width, int height, std::span<double> to);

}  // namespace ag::data
