#include "framework/kernels/average_pool.h"

#include <memory>
#include <optional>
#include <utility>

#include "framework/kernels/cpu/gate.h"
#include "framework/kernels/fused_tensors.h"

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
                            const std::shared_ptr<DeferredBatchNorm>& bn) {
    const at::Tensor means = for_each_picture(raw);
    with_type(raw, [&](auto type) {
      const auto pictures = pictures_of<decltype(type)>(raw, *bn);
      over_chunks(raw.size(0), [&](std::size_t, std::size_t begin, std::size_t end) {
        cpu::average(pictures, begin, end, means.mutable_data_ptr<float>());
      });
    });
    context->save_for_backward({raw});
    keep_batch_norm(*context, bn);
    return means;
  }

  static variable_list backward(AutogradContext* context, variable_list grads) {
    const at::Tensor raw = context->get_saved_variables()[0];
    DeferredBatchNorm& bn = *kept_batch_norm(*context);
    const std::int64_t real = counted(raw, bn.options);
    const at::Tensor of_pixels = grads[0].contiguous() / pixels(raw);
    at::Tensor dz = empty_gradient(raw, real);
    auto sums = sums_for<cpu::GradientSums>(real, extent(raw, 1));
    with_type(raw, [&](auto type) {
      using T = decltype(type);
      const cpu::GateBackward<T> job = {.pictures = pictures_of<T>(raw, bn),
                                        .mean = bn.mean.const_data_ptr<float>(),
                                        .added = of_pixels.const_data_ptr<float>(),
                                        .dz = data<T>(dz)};
      over_chunks(real, [&](std::size_t chunk, std::size_t begin, std::size_t end) {
        cpu::gate_backward(job, begin, end, sums[chunk]);
      });
    });
    bn.sums = total(sums);
    return {dz, {}};
  }
};

}  // namespace

at::Tensor average_pool(Features x) {
  const std::optional<RawFeatures> raw = x.raw();
  if (!raw || !raw->bn) return reference(std::move(x).value());
  return FusedAveragePool::apply(raw->raw, raw->bn);
}

}  // namespace ag::kernels
