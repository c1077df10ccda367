#include "framework/kernels/activation.h"

#include <limits>

namespace ag::kernels {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

at::Tensor without_padding(const at::Tensor& y, std::int64_t pad_end) {
  return y.narrow(2, 0, y.size(2) - pad_end).narrow(3, 0, y.size(3) - pad_end);
}

// Writes the activation of `x` to `y`, which may be `x`.
void activate_to(at::Tensor& y, const at::Tensor& x, Activation activation) {
  switch (activation) {
    case Activation::kNone:
      y.copy_(x);
      break;
    case Activation::kRelu:
    case Activation::kRelu6:
      at::clamp_out(y, x, 0.0, activation == Activation::kRelu ? kInfinity : 6.0);
      break;
    case Activation::kHardSigmoid:
      at::hardsigmoid_out(y, x);
      break;
    case Activation::kHardSwish:
      at::hardswish_out(y, x);
      break;
  }
}

// `y` [N, C, H + pad_end, W + pad_end] with zeros in its padding.
at::Tensor padded_like(const at::Tensor& x, std::int64_t pad_end) {
  const std::int64_t height = x.size(2);
  const std::int64_t width = x.size(3);
  at::Tensor y = at::empty({x.size(0), x.size(1), height + pad_end, width + pad_end}, x.options(),
                           x.suggest_memory_format());
  y.narrow(2, height, pad_end).zero_();
  y.narrow(3, width, pad_end).zero_();
  return y;
}

}  // namespace

std::string name_of(Activation activation) {
  switch (activation) {
    case Activation::kNone:
      return "";
    case Activation::kRelu:
      return "relu";
    case Activation::kRelu6:
      return "relu6";
    case Activation::kHardSigmoid:
      return "hard_sigmoid";
    case Activation::kHardSwish:
      return "hard_swish";
  }
  return "";
}

bool derivative_wants_input(Activation activation) {
  return activation == Activation::kHardSwish;
}

Activated activate(const at::Tensor& x, Activation activation, std::int64_t pad_end) {
  const bool keeps_input = derivative_wants_input(activation);
  at::Tensor y = x;
  if (pad_end > 0) {
    y = padded_like(x, pad_end);
    at::Tensor inside = without_padding(y, pad_end);
    activate_to(inside, x, activation);
  } else if (activation != Activation::kNone) {
    if (keeps_input) y = at::empty_like(x);
    activate_to(y, x, activation);
  }
  if (activation == Activation::kNone) return {y, at::Tensor()};
  return {y, keeps_input ? x : y};
}

at::Tensor activate_backward(const at::Tensor& grad, const at::Tensor& kept, const at::Tensor& like,
                             Activation activation, std::int64_t pad_end) {
  at::Tensor inside = without_padding(grad, pad_end);
  if (activation == Activation::kNone) return inside;
  // The result is laid out like `like` whatever grad looks like: behind a mean it is expanded.
  const at::MemoryFormat layout = like.suggest_memory_format();
  if (activation == Activation::kHardSwish) {
    return at::hardswish_backward(inside, kept).contiguous(layout);
  }
  at::Tensor result = at::empty(inside.sizes(), like.options(), layout);
  switch (activation) {
    case Activation::kHardSigmoid:
      at::hardtanh_backward_out(result, inside, without_padding(kept, pad_end), 0.0, 1.0);
      return result.div_(6.0);
    default:
      return at::hardtanh_backward_out(result, inside, without_padding(kept, pad_end), 0.0,
                                       activation == Activation::kRelu ? kInfinity : 6.0);
  }
}

}  // namespace ag::kernels
