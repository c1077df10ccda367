// A product of rows and weights, and the way back through it, shared among a rank's threads.
#pragma once

#include <ATen/core/Tensor.h>
#include <ATen/ops/empty_like.h>

#include <algorithm>
#include <vector>

#include "framework/kernels/chunks.h"
#include "framework/kernels/cpu/pointwise.h"

namespace ag::kernels {

inline cpu::Moments* part_of(std::vector<cpu::Moments>* moments, std::size_t chunk) {
  return moments == nullptr ? nullptr : &(*moments)[chunk];
}

// Runs `job` on `rows` rows. `moments`, one for each chunk of the rows, may be null.
template <class T, class Memory>
void pointwise_forward_rows(const cpu::PointwiseForward<T, Memory>& job, std::int64_t rows,
                            std::vector<cpu::Moments>* moments) {
  // Each thread reads one factor whole: the smaller one. The bits are the same either way.
  const auto channels = static_cast<std::int64_t>(job.weights->width);
  if (moments == nullptr && rows < channels) {
    constexpr std::int64_t kGroup = cpu::kChannelGroup;
    over_chunks(
        (channels + kGroup - 1) / kGroup, [&](std::size_t, std::size_t begin, std::size_t end) {
          cpu::pointwise_forward_channels(job, static_cast<std::size_t>(rows), begin * kGroup,
                                          std::min(end * kGroup, job.weights->width));
        });
    return;
  }
  over_chunks(rows, [&](std::size_t chunk, std::size_t begin, std::size_t end) {
    cpu::pointwise_forward(job, begin, end, part_of(moments, chunk));
  });
}

// Runs `job` on all rows and writes the gradient of the weights to `grad_weight`, of out * in
// floats, row after row; undefined: it isn't wanted. `sums`, one for each chunk of the rows, may be
// empty.
template <class T>
void pointwise_backward_rows(const cpu::PointwiseBackward<T>& job, std::int64_t rows,
                             const at::Tensor& grad_weight, std::vector<cpu::GradientSums>& sums) {
  // The first chunk writes where the whole belongs, the others beside it.
  const std::int64_t chunks = chunks_of(rows);
  std::vector<at::Tensor> of_weights;
  for (std::int64_t i = 0; grad_weight.defined() && i < chunks; ++i)
    of_weights.push_back(i == 0 ? grad_weight : at::empty_like(grad_weight));
  over_chunks(rows, [&](std::size_t chunk, std::size_t begin, std::size_t end) {
    cpu::pointwise_backward(
        job, begin, end,
        of_weights.empty() ? nullptr : of_weights[chunk].template mutable_data_ptr<float>(),
        sums.empty() ? nullptr : &sums[chunk]);
  });
  for (std::size_t i = 1; i < of_weights.size(); ++i) grad_weight.add_(of_weights[i]);
}

}  // namespace ag::kernels
