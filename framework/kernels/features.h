// What one layer of a network hands to the next.
//
// A convolution's output is read by one layer alone as a rule, behind BatchNorm and an activation.
// So these are left to the reader: it may want zeros added at the same time, or do all of it on the
// way into its own arithmetic.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <optional>
#include <utility>
#include <variant>

#include "framework/kernels/bn_act.h"
#include "framework/kernels/fused_conv_bn_act.h"

namespace ag::kernels {

// [N, C, H, W], channels-last. Read once: reading is what moves running statistics. Who reads them
// twice takes their value first and makes features of it again.
class Features {
 public:
  // As they are. Implicit, so that a tensor does where features are wanted.
  Features(at::Tensor x) : held_(std::move(x)) {}

  // bn_act(x, …), once they are read; with a graph if there is to be one now.
  Features(at::Tensor x, const BatchNormTensors& bn, const BnActOptions& options);

  Features(Features&&) = default;
  Features& operator=(Features&&) = default;

  std::int64_t size(std::int64_t dimension) const;
  at::ScalarType scalar_type() const;

  // Reads them, with `pad_end` rows of zeros added below and as many columns at the right.
  at::Tensor value(std::int64_t pad_end = 0) &&;
  // value() plus a tensor of the same shape.
  at::Tensor value_plus(const at::Tensor& added) &&;

  // For conv_bn_act: as fused convolutions read them, where those can.
  explicit Features(RawFeatures raw) : held_(std::move(raw)) {}
  std::optional<RawFeatures> raw() const;

 private:
  struct Pending {
    at::Tensor x;
    BatchNormTensors bn;
    BnActOptions options;
    bool has_graph;
  };

  const at::Tensor& in_memory() const;

  std::variant<at::Tensor, Pending, RawFeatures> held_;
};

}  // namespace ag::kernels
