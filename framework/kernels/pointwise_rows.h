// The way back through a product of rows and weights, shared among a rank's threads.
#pragma once

#include <ATen/core/Tensor.h>
#include <ATen/ops/empty_like.h>

#include <vector>

#include "framework/kernels/chunks.h"
#include "framework/kernels/cpu/pointwise.h"

namespace ag::kernels {

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
