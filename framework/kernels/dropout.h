// Inverted dropout whose mask depends on the picture, not on where it is computed.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <span>

namespace ag::kernels {

struct DropoutOptions {
  double p = 0.5;  // share dropped, [0, 1)
  std::uint64_t seed = 0;
  std::uint32_t epoch = 0;
  std::uint32_t layer = 0;                 // which dropout of the network, [0, 256)
  std::span<const std::uint32_t> samples;  // of the rows that count, the first ones
};

// `x` [N, F]: each number is 0 with probability p, else divided by 1 - p. Row i's mask is a
// function of (seed, epoch, samples[i], layer) alone. Rows past the samples are fill-up and become
// 0.
at::Tensor dropout(const at::Tensor& x, const DropoutOptions& options);

}  // namespace ag::kernels
