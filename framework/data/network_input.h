// From a picture's pixels to what the network sees of it: the one way there is, for training,
// validation and prediction.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "framework/data/augment.h"
#include "framework/data/resize.h"

namespace ag::data {

// Keeps weights and scratch memory from picture to picture. One per thread.
class NetworkInput {
 public:
  // `size` of the network's input, pixels a side: 1 to 65535.
  explicit NetworkInput(int size) : size_(size) {}

  std::size_t numbers() const;  // size x size x 3

  // The whole picture [height, width, 3] as [size, size, 3], whatever its proportions are: bilinear
  // with antialiasing. Throws Error when a span isn't of its size.
  void fit(std::span<const std::uint8_t> picture, int width, int height,
           std::span<std::uint8_t> fitted);

  // What was fitted as the network's numbers [size, size, 3], x / 127.5 - 1, augmented before.
  void scale(std::span<const std::uint8_t> fitted, std::span<float> numbers,
             const Augmentation& augmentation = {});

 private:
  int size_;
  BilinearResizer resizer_;
  Augmenter augmenter_;
};

}  // namespace ag::data
