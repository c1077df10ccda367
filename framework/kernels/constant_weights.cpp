#include "framework/kernels/constant_weights.h"

namespace ag::kernels {
namespace {

thread_local ConstantWeights* constant = nullptr;

// Smaller ones are reordered in no time, and some of them are made anew for every use.
constexpr std::int64_t kFewestNumbers = 16 * 1024;

}  // namespace

ConstantWeights::ConstantWeights() : outer_(constant) {
  constant = this;
}

ConstantWeights::~ConstantWeights() {
  constant = outer_;
}

std::shared_ptr<const cpu::PackedMatrix> packed_for_forward(const at::Tensor& weight) {
  const auto* numbers = weight.const_data_ptr<float>();
  const auto pack = [&] {
    return std::make_shared<const cpu::PackedMatrix>(cpu::pack_for_forward(
        {numbers, static_cast<std::size_t>(weight.numel())},
        static_cast<std::size_t>(weight.size(1)), static_cast<std::size_t>(weight.size(0))));
  };
  if (constant == nullptr || weight.numel() < kFewestNumbers) return pack();
  ConstantWeights::Kept& kept = constant->kept_[numbers];
  if (!kept.packed) kept = {weight, pack()};
  return kept.packed;
}

}  // namespace ag::kernels
