#include "framework/kernels/activation.h"

#include <limits>

namespace ag::kernels {
namespace {

double upper_limit(Activation activation) {
  return activation == Activation::kRelu6 ? 6.0 : std::numeric_limits<double>::infinity();
}

at::Tensor without_padding(const at::Tensor& y, std::int64_t pad_end) {
  return y.narrow(2, 0, y.size(2) - pad_end).narrow(3, 0, y.size(3) - pad_end);
}

}  // namespace

at::Tensor activate(at::Tensor x, Activation activation, std::int64_t pad_end) {
  if (pad_end == 0) {
    return activation == Activation::kNone ? x : at::clamp_(x, 0.0, upper_limit(activation));
  }
  const std::int64_t height = x.size(2);
  const std::int64_t width = x.size(3);
  at::Tensor y = at::empty({x.size(0), x.size(1), height + pad_end, width + pad_end}, x.options(),
                           x.suggest_memory_format());
  y.narrow(2, height, pad_end).zero_();
  y.narrow(3, width, pad_end).zero_();
  at::Tensor inside = without_padding(y, pad_end);
  if (activation == Activation::kNone) {
    inside.copy_(x);
  } else {
    at::clamp_out(inside, x, 0.0, upper_limit(activation));
  }
  return y;
}

at::Tensor activate_backward(const at::Tensor& grad, const at::Tensor& y, Activation activation,
                             std::int64_t pad_end) {
  const at::Tensor inside = without_padding(grad, pad_end);
  if (activation == Activation::kNone) return inside;
  // The result is laid out like y whatever grad looks like: behind a mean it is expanded.
  at::Tensor result = at::empty(inside.sizes(), y.options(), y.suggest_memory_format());
  return at::hardtanh_backward_out(result, inside, without_padding(y, pad_end), 0.0,
                                   upper_limit(activation));
}

}  // namespace ag::kernels
