#include "framework/kernels/gradient_places.h"

#include <fmt/format.h>

#include "framework/core/error.h"

namespace ag::kernels {
namespace {

thread_local GradientPlaces* innermost = nullptr;

}  // namespace

GradientPlaces::GradientPlaces(std::span<const at::Tensor> weights,
                               std::span<const at::Tensor> places)
    : outer_(innermost) {
  if (weights.size() != places.size()) {
    throw Error("gradient places",
                fmt::format("{} weights have {} places", weights.size(), places.size()));
  }
  left_.reserve(weights.size());
  for (std::size_t i = 0; i < weights.size(); ++i)
    left_.emplace(weights[i].unsafeGetTensorImpl(), places[i]);
  innermost = this;
}

GradientPlaces::~GradientPlaces() {
  innermost = outer_;
}

at::Tensor GradientPlaces::take(const at::Tensor& weight) {
  if (innermost == nullptr) return {};
  const auto found = innermost->left_.find(weight.unsafeGetTensorImpl());
  if (found == innermost->left_.end()) return {};
  // Autograd keeps a gradient as it is only where nobody else has hold of that tensor.
  at::Tensor place = found->second.detach();
  innermost->left_.erase(found);
  return place;
}

}  // namespace ag::kernels
