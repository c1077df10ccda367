#include <algorithm>
#include <array>
#include <cstddef>
#include <vector>

#include "framework/data/augment.h"
#include "framework/data/picture.h"

namespace ag::data {
namespace {

using Colour = std::array<double, 3>;  // red, green, blue, 0 to 255
using Matrix = std::array<Colour, 3>;

double cut(double x) {
  return std::clamp(x, 0.0, 255.0);
}

double grey(const Colour& c) {
  return 0.299 * c[0] + 0.587 * c[1] + 0.114 * c[2];
}

void saturate(std::vector<Colour>& pixels, double a) {
  for (Colour& pixel : pixels) {
    const double g = grey(pixel);
    for (double& x : pixel) x = cut(a * x + (1 - a) * g);
  }
}

void brighten(std::vector<Colour>& pixels, double a) {
  for (Colour& pixel : pixels) {
    for (double& x : pixel) x = cut(a * x);
  }
}

void contrast(std::vector<Colour>& pixels, double a) {
  double mean = 0;
  for (const Colour& pixel : pixels) mean += grey(pixel);
  mean /= static_cast<double>(pixels.size());
  for (Colour& pixel : pixels) {
    for (double& x : pixel) x = cut(a * x + (1 - a) * mean);
  }
}

// Of colours x / 255, over n - 1 as a sample's; zero for a single pixel.
Matrix covariance(const std::vector<Colour>& pixels) {
  const double count = static_cast<double>(pixels.size());
  Colour mean{};
  for (const Colour& pixel : pixels) {
    for (std::size_t c = 0; c < 3; ++c) mean[c] += pixel[c] / 255 / count;
  }
  Matrix matrix{};
  for (const Colour& pixel : pixels) {
    for (std::size_t i = 0; i < 3; ++i) {
      for (std::size_t j = 0; j < 3; ++j) {
        matrix[i][j] +=
            (pixel[i] / 255 - mean[i]) * (pixel[j] / 255 - mean[j]) / std::max(count - 1, 1.0);
      }
    }
  }
  return matrix;
}

void light(std::vector<Colour>& pixels, const Colour& z) {
  const Matrix matrix = covariance(pixels);
  for (std::size_t c = 0; c < 3; ++c) {
    const double noise = 255 * (matrix[c][0] * z[0] + matrix[c][1] * z[1] + matrix[c][2] * z[2]);
    for (Colour& pixel : pixels) pixel[c] = cut(pixel[c] + noise);
  }
}

void jitter(std::vector<Colour>& pixels, const Augmentation& a, Jitter kind) {
  switch (kind) {
    case Jitter::kSaturation:
      return saturate(pixels, a.saturation);
    case Jitter::kBrightness:
      return brighten(pixels, a.brightness);
    case Jitter::kContrast:
      return contrast(pixels, a.contrast);
  }
}

}  // namespace

void augment_reference(const Augmentation& augmentation, std::span<const std::uint8_t> from,
                       int width, int height, std::span<double> to) {
  std::vector<Colour> pixels(static_cast<std::size_t>(width) * height);
  for (std::size_t i = 0; i < from.size(); ++i) pixels[i / kChannels][i % kChannels] = from[i];
  for (const Jitter kind : augmentation.order) jitter(pixels, augmentation, kind);
  light(pixels, augmentation.lighting);
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      const int from_x = augmentation.hflip ? width - 1 - x : x;
      const int from_y = augmentation.vflip ? height - 1 - y : y;
      const Colour& pixel = pixels[static_cast<std::size_t>(from_y) * width + from_x];
      double* out = &to[(static_cast<std::size_t>(y) * width + x) * kChannels];
      for (std::size_t c = 0; c < 3; ++c) out[c] = pixel[c] / 127.5 - 1;
    }
  }
}

}  // namespace ag::data
