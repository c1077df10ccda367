#include "framework/kernels/average_pool.h"

#include <ATen/TensorOperators.h>
#include <torch/csrc/autograd/custom_function.h>

#include <memory>
#include <optional>
#include <utility>

#include "framework/kernels/fused_tensors.h"
#include "framework/kernels/picture_gates.h"

namespace ag::kernels {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

at::Tensor reference(const at::Tensor& x) {
  const at::ScalarType type = x.scalar_type();
  return x.mean({2, 3}, /*keepdim=*/false, type == at::kBFloat16 ? at::kFloat : type);
}

class FusedAveragePool : public torch::autograd::Function<FusedAveragePool> {
 public:
  static at::Tensor forward(AutogradContext* context, const at::Tensor& raw,
                            const std::shared_ptr<const DeferredBatchNorm>& bn) {
    context->save_for_backward({raw});
    keep_batch_norm(*context, bn);
    return picture_means(raw, *bn);
  }

  static variable_list backward(AutogradContext* context, variable_list grads) {
    const at::Tensor raw = context->get_saved_variables()[0];
    const at::Tensor of_pixels = grads[0].contiguous() / pixels(raw);
    return {gate_backward(raw, {.added = of_pixels}, *kept_batch_norm(*context)), {}};
  }
};

}  // namespace

at::Tensor average_pool(Features x) {
  const std::optional<RawFeatures> raw = x.raw();
  if (!raw || !raw->bn) return reference(std::move(x).value());
  return FusedAveragePool::apply(raw->raw, raw->bn);
}

}  // namespace ag::kernels
