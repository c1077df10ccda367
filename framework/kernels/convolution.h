// A convolution: its weights, and how they are moved over the features.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>

namespace ag::kernels {

// Zeros around features, along one axis: 0 or more.
struct Margin {
  std::int64_t begin = 0;
  std::int64_t end = 0;
};

// How many outputs a kernel has along an axis of `size` features and their margin.
inline std::int64_t outputs(std::int64_t size, Margin margin, std::int64_t kernel,
                            std::int64_t stride) {
  return (margin.begin + size + margin.end - kernel) / stride + 1;
}

struct Convolution {
  at::Tensor weight;  // [O, I / groups, k, k], channels-last for speed
  std::int64_t stride = 1;
  std::int64_t groups = 1;  // I makes it depthwise
  Margin rows, columns;
};

}  // namespace ag::kernels
