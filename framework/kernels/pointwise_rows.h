// The way back through a product of rows and weights, shared among a rank's threads.
#pragma once

#include <ATen/core/Tensor.h>

#include <vector>

#include "framework/kernels/chunks.h"
#include "framework/kernels/cpu/pointwise.h"

namespace ag::kernels {

// Runs `job` on all rows and writes the gradient of the weights to `grad_weight`, of out * in
// floats; undefined: it isn't wanted. `sums`, one for each chunk of the rows, may be empty.
template <class T>
void pointwise_backward_rows(const cpu::PointwiseBackward<T>& job, std::int64_t rows,
                             const at::Tensor& grad_weight, std::vector<cpu::GradientSums>& sums) {
  std::vector<cpu::PointwiseWeightGradient> of_weights;
  for (std::int64_t i = 0; grad_weight.defined() && i < chunks_of(rows); ++i)
    of_weights.emplace_back(job.in, job.out);
  over_chunks(rows, [&](std::size_t chunk, std::size_t begin, std::size_t end) {
    cpu::pointwise_backward(job, begin, end, of_weights.empty() ? nullptr : &of_weights[chunk],
                            sums.empty() ? nullptr : &sums[chunk]);
  });
  if (of_weights.empty()) return;
  grad_weight.zero_();
  for (const auto& part : of_weights)
    part.add_to({grad_weight.mutable_data_ptr<float>(), job.in * job.out});
}

}  // namespace ag::kernels
