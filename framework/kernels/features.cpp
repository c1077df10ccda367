#include "framework/kernels/features.h"

#include <ATen/ops/constant_pad_nd.h>
#include <c10/core/GradMode.h>

namespace ag::kernels {
namespace {

at::Tensor padded(const at::Tensor& x, std::int64_t pad_end) {
  return pad_end == 0 ? x : at::constant_pad_nd(x, {0, pad_end, 0, pad_end});
}

}  // namespace

Features::Features(at::Tensor x, const BatchNormTensors& bn, const BnActOptions& options)
    : held_(Pending{std::move(x), bn, options, c10::GradMode::is_enabled()}) {}

const at::Tensor& Features::in_memory() const {
  if (const auto* pending = std::get_if<Pending>(&held_)) return pending->x;
  if (const auto* fused = std::get_if<RawFeatures>(&held_)) return fused->raw;
  return std::get<at::Tensor>(held_);
}

std::int64_t Features::size(std::int64_t dimension) const {
  return in_memory().size(dimension);
}

at::ScalarType Features::scalar_type() const {
  return in_memory().scalar_type();
}

at::Tensor Features::value(std::int64_t pad_end) && {
  if (auto* pending = std::get_if<Pending>(&held_)) {
    const c10::AutoGradMode graph(pending->has_graph);
    const BatchNormTensors& bn = pending->bn;
    pending->options.pad_end = pad_end;
    return bn_act(pending->x, bn.weight, bn.bias, bn.running_mean, bn.running_var,
                  pending->options);
  }
  if (const auto* fused = std::get_if<RawFeatures>(&held_)) {
    return padded(fused_value(*fused, at::Tensor()), pad_end);
  }
  return padded(std::get<at::Tensor>(std::move(held_)), pad_end);
}

at::Tensor Features::value_plus(const at::Tensor& added) && {
  if (const auto* fused = std::get_if<RawFeatures>(&held_)) return fused_value(*fused, added);
  return std::move(*this).value().add_(added);
}

std::optional<RawFeatures> Features::raw() const {
  if (const auto* tensor = std::get_if<at::Tensor>(&held_)) return RawFeatures{*tensor, nullptr};
  if (const auto* fused = std::get_if<RawFeatures>(&held_)) return *fused;
  return std::nullopt;
}

}  // namespace ag::kernels
