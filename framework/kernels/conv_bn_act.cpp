#include "framework/kernels/conv_bn_act.h"

#include <ATen/ops/constant_pad_nd.h>
#include <ATen/ops/conv2d.h>

#include <optional>
#include <utility>

#include "framework/kernels/cpu/choice.h"
#include "framework/kernels/fused_conv_bn_act.h"
#include "framework/kernels/patches.h"

namespace ag::kernels {
namespace {

// at::conv2d pads both sides alike. Where one side wants more, the features are read with what is
// missing at the end, which costs no pass of its own, or are padded where that won't do.
at::Tensor convolve(Features x, const Convolution& convolution) {
  Margin rows = convolution.rows;
  Margin columns = convolution.columns;
  const std::int64_t more = rows.end - rows.begin;
  const bool same_both_ways = more >= 0 && more == columns.end - columns.begin;
  at::Tensor input = std::move(x).value(same_both_ways ? more : 0);
  const at::Tensor weight = convolution.weight.to(input.scalar_type());
  if (!same_both_ways) {
    input = at::constant_pad_nd(input, {columns.begin, columns.end, rows.begin, rows.end});
    rows = columns = {};
  }
  const std::int64_t strides[] = {convolution.stride, convolution.stride};
  const std::int64_t padding[] = {rows.begin, columns.begin};
  const std::int64_t dilation[] = {1, 1};
  return at::conv2d(input, weight, {}, at::IntArrayRef(strides), at::IntArrayRef(padding),
                    at::IntArrayRef(dilation), convolution.groups);
}

// A dense convolution of pictures, to which no gradient goes back.
bool is_first(const RawFeatures& x, const Convolution& convolution) {
  return !x.bn && convolution.groups == 1 && !x.raw.requires_grad();
}

}  // namespace

Features conv_bn_act(Features x, const Convolution& convolution, const BatchNormTensors& bn,
                     const BnActOptions& options) {
  const bool fuses = !cpu::reference_chosen() && bn.weight.scalar_type() == at::kFloat;
  const std::optional<RawFeatures> raw = fuses ? x.raw() : std::nullopt;
  if (raw && fused_can(raw->raw, options.activation)) {
    if (fused_can(convolution, x.size(1))) {
      return Features(fused_conv_bn_act(*raw, convolution, bn, options));
    }
    if (is_first(*raw, convolution)) {
      return Features(fused_conv_bn_act({patches(raw->raw, convolution), nullptr},
                                        of_patches(convolution), bn, options));
    }
  }
  const at::Tensor y = convolve(std::move(x), convolution);
  if (fuses && fused_can(y, options.activation)) return Features(fused_defer(y, bn, options));
  return {y, bn, options};
}

}  // namespace ag::kernels
