// What is derived from weights, kept while they don't change.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstddef>
#include <map>
#include <memory>

#include "framework/kernels/cpu/pointwise.h"

namespace ag::kernels {

// While one lives on a thread, no weight changes that this thread computes with: a network is
// evaluated, or predicts. Convolutions then reorder each weight once instead of every time.
class ConstantWeights {
 public:
  ConstantWeights();
  ~ConstantWeights();
  ConstantWeights(const ConstantWeights&) = delete;
  ConstantWeights& operator=(const ConstantWeights&) = delete;

 private:
  friend std::shared_ptr<const cpu::PackedMatrix> packed_for_forward(const at::Tensor& weight);

  struct Kept {
    at::Tensor weight;  // so that nothing else gets its memory
    std::shared_ptr<const cpu::PackedMatrix> packed;
  };
  std::map<const float*, Kept> kept_;
  ConstantWeights* outer_;
};

// For cpu::pointwise_forward, of a weight [out, in, 1, 1] in float.
std::shared_ptr<const cpu::PackedMatrix> packed_for_forward(const at::Tensor& weight);

}  // namespace ag::kernels
