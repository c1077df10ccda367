#include "framework/kernels/dense.h"

#include <ATen/ops/empty.h>
#include <ATen/ops/linear.h>
#include <c10/core/GradMode.h>

#include "framework/kernels/chunks.h"
#include "framework/kernels/constant_weights.h"
#include "framework/kernels/cpu/choice.h"
#include "framework/kernels/cpu/pointwise.h"

namespace ag::kernels {
namespace {

bool is_ours(const at::Tensor& x, const at::Tensor& weight) {
  const bool has_graph =
      c10::GradMode::is_enabled() && (x.requires_grad() || weight.requires_grad());
  return !has_graph && x.is_cpu() && x.scalar_type() == at::kFloat &&
         weight.scalar_type() == at::kFloat && !cpu::reference_chosen();
}

}  // namespace

at::Tensor dense(const at::Tensor& x, const at::Tensor& weight, const at::Tensor& bias) {
  if (!is_ours(x, weight)) return at::linear(x, weight, bias);
  const at::Tensor rows = x.contiguous();
  const auto packed = packed_for_forward<float>(weight.contiguous());
  const at::Tensor y = at::empty({x.size(0), weight.size(0)}, x.options());
  const cpu::PointwiseForward<float> job = {
      rows.const_data_ptr<float>(), {}, packed.get(), y.mutable_data_ptr<float>()};
  over_chunks(x.size(0), [&](std::size_t, std::size_t begin, std::size_t end) {
    cpu::pointwise_forward(job, begin, end, nullptr);
  });
  return bias.defined() ? y.add_(bias) : y;
}

}  // namespace ag::kernels
