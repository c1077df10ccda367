// Where the gradients of weights belong.
#pragma once

#include <ATen/core/Tensor.h>

#include <span>
#include <unordered_map>

namespace ag::kernels {

// While one lives on a thread, a layer that this thread computes forward writes its weight's
// gradient, backward, to the weight's place: what is to be sent need not be copied there. It is
// autograd's gradient all the same, and where a layer knows nothing of places it lies elsewhere.
class GradientPlaces {
 public:
  // places[i], of weights[i]'s shape, type and strides; what stands there is written over. The
  // weights outlive this. Throws Error where there aren't as many of both.
  GradientPlaces(std::span<const at::Tensor> weights, std::span<const at::Tensor> places);
  ~GradientPlaces();
  GradientPlaces(const GradientPlaces&) = delete;
  GradientPlaces& operator=(const GradientPlaces&) = delete;

  // That of `weight`, to one layer: undefined for the next one, and where none is known.
  static at::Tensor take(const at::Tensor& weight);

 private:
  std::unordered_map<const c10::TensorImpl*, at::Tensor> left_;
  GradientPlaces* outer_;
};

}  // namespace ag::kernels
