#include "framework/kernels/fused_tensors.h"

#include <ATen/core/ivalue.h>
#include <ATen/ops/empty_like.h>
#include <torch/csrc/autograd/custom_function.h>

#include <utility>

namespace ag::kernels {
namespace {

struct KeptBatchNorm : torch::CustomClassHolder {
  std::shared_ptr<const DeferredBatchNorm> bn;
};

}  // namespace

cpu::GradientSums total(const std::vector<cpu::GradientSums>& parts) {
  cpu::GradientSums all = parts.front();
  for (std::size_t i = 1; i < parts.size(); ++i) {
    for (std::size_t c = 0; c < all.dz.size(); ++c) {
      all.dz[c] += parts[i].dz[c];
      all.dz_centred[c] += parts[i].dz_centred[c];
    }
  }
  return all;
}

at::Tensor readable(const at::Tensor& grad, const at::Tensor& like) {
  return grad.to(like.scalar_type()).contiguous(kChannelsLast);
}

at::Tensor empty_gradient(const at::Tensor& x, std::int64_t real) {
  at::Tensor grad = at::empty_like(x);
  grad.narrow(0, real, x.size(0) - real).zero_();
  return grad;
}

void keep_batch_norm(torch::autograd::AutogradContext& context,
                     std::shared_ptr<const DeferredBatchNorm> bn) {
  auto kept = c10::make_intrusive<KeptBatchNorm>();
  kept->bn = std::move(bn);
  context.saved_data["batch_norm"] = c10::IValue::make_capsule(std::move(kept));
}

std::shared_ptr<const DeferredBatchNorm> kept_batch_norm(
    torch::autograd::AutogradContext& context) {
  return c10::static_intrusive_pointer_cast<KeptBatchNorm>(
             context.saved_data["batch_norm"].toCapsule())
      ->bn;
}

}  // namespace ag::kernels
