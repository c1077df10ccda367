#include "framework/kernels/constant_weights.h"

namespace ag::kernels {
namespace {

thread_local ConstantWeights* constant = nullptr;

}  // namespace

ConstantWeights::ConstantWeights() : outer_(constant) {
  constant = this;
}

ConstantWeights::~ConstantWeights() {
  constant = outer_;
}

std::shared_ptr<const void>* ConstantWeights::place_of(const at::Tensor& weight,
                                                       std::type_index type) {
  if (constant == nullptr) return nullptr;
  Kept& kept = constant->kept_[{weight.const_data_ptr(), type}];
  if (!kept.weight.defined()) kept.weight = weight;
  return &kept.derived;
}

std::shared_ptr<const cpu::PackedMatrix> packed_for_forward(const at::Tensor& weight) {
  return derived_from<cpu::PackedMatrix>(weight, [&] {
    return cpu::pack_for_forward(
        {weight.const_data_ptr<float>(), static_cast<std::size_t>(weight.numel())},
        static_cast<std::size_t>(weight.size(1)), static_cast<std::size_t>(weight.size(0)));
  });
}

}  // namespace ag::kernels
