#include "framework/kernels/cross_entropy.h"

#include <ATen/core/Reduction.h>
#include <ATen/ops/cross_entropy_loss.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/empty_like.h>
#include <fmt/format.h>
#include <torch/csrc/autograd/custom_function.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>

#include "framework/core/error.h"
#include "framework/kernels/chunks.h"
#include "framework/kernels/cpu/choice.h"
#include "framework/kernels/cpu/cross_entropy.h"

namespace ag::kernels {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

at::Tensor reference(const at::Tensor& logits, const at::Tensor& classes, double smoothing) {
  constexpr std::int64_t kNoClass = -100;  // no row is left out: a class is never below 0
  return at::cross_entropy_loss(logits, classes, {}, at::Reduction::None, kNoClass, smoothing);
}

void check(std::span<const std::int64_t> classes, std::int64_t count) {
  const auto wrong = std::find_if(classes.begin(), classes.end(),
                                  [count](std::int64_t of) { return of < 0 || of >= count; });
  if (wrong == classes.end()) return;
  throw Error("loss", fmt::format("there is no class {} of {}", *wrong, count));
}

class FusedCrossEntropy : public torch::autograd::Function<FusedCrossEntropy> {
 public:
  static at::Tensor forward(AutogradContext* context, const at::Tensor& logits,
                            const at::Tensor& classes, double smoothing) {
    at::Tensor loss = at::empty({logits.size(0)}, logits.options());
    const at::Tensor gradient = at::empty_like(logits);
    const cpu::CrossEntropy job = {.logits = logits.const_data_ptr<float>(),
                                   .targets = classes.const_data_ptr<std::int64_t>(),
                                   .classes = static_cast<std::size_t>(logits.size(1)),
                                   .smoothing = static_cast<float>(smoothing)};
    over_chunks(logits.size(0), [&](std::size_t, std::size_t begin, std::size_t end) {
      cpu::cross_entropy(job, begin, end, loss.mutable_data_ptr<float>(),
                         gradient.mutable_data_ptr<float>());
    });
    context->save_for_backward({gradient});
    return loss;
  }

  static variable_list backward(AutogradContext* context, variable_list grads) {
    return {context->get_saved_variables()[0] * grads[0].unsqueeze(1), {}, {}};
  }
};

}  // namespace

at::Tensor cross_entropy(const at::Tensor& logits, const at::Tensor& classes, double smoothing) {
  const bool fused =
      logits.device().is_cpu() && logits.scalar_type() == at::kFloat && !cpu::reference_chosen();
  if (!fused) return reference(logits, classes, smoothing);
  const at::Tensor targets = classes.contiguous();
  check({targets.const_data_ptr<std::int64_t>(), static_cast<std::size_t>(targets.numel())},
        logits.size(1));
  return FusedCrossEntropy::apply(logits.contiguous(), targets, smoothing);
}

}  // namespace ag::kernels
