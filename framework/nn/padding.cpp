#include "framework/nn/padding.h"

#include <algorithm>

namespace ag::nn {

Margin margin(Padding padding, std::int64_t size, std::int64_t kernel, std::int64_t stride) {
  if (padding == Padding::kOneAtEnd) return {0, 1};
  if (padding == Padding::kSymmetric) return {(kernel - 1) / 2, (kernel - 1) / 2};
  const std::int64_t outputs = (size + stride - 1) / stride;
  const std::int64_t zeros = std::max<std::int64_t>((outputs - 1) * stride + kernel - size, 0);
  return {zeros / 2, zeros - zeros / 2};
}

std::int64_t output_size(Padding padding, std::int64_t size, std::int64_t kernel,
                         std::int64_t stride) {
  return kernels::outputs(size, margin(padding, size, kernel, stride), kernel, stride);
}

}  // namespace ag::nn
