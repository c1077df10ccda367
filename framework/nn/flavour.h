// What the widespread implementations of a MobileNet do differently. Weights trained in one of them
// give their results in that flavour alone.
//
// Sources: Keras 3 (keras/src/applications/mobilenet*.py), torchvision 0.26
// (torchvision/models/mobilenet*.py), timm 1.0 (timm/models/mobilenetv3.py, efficientnet.py).
#pragma once

#include <ATen/core/Tensor.h>

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "framework/nn/model_config.h"
#include "framework/nn/padding.h"

namespace ag::nn {

// How a network wants its pictures: (pixel - mean) / std in each channel (red, green, blue), for
// pixels in [0, 1]. As it stands here: pixels scaled to [-1, 1].
struct PictureScaling {
  std::array<double, 3> mean = {0.5, 0.5, 0.5};
  std::array<double, 3> std = {0.5, 0.5, 0.5};

  bool operator==(const PictureScaling&) const = default;
};

// `pictures` [N, 3, H, W], pixels scaled to [-1, 1], as `scaling` wants them.
at::Tensor scaled(const PictureScaling& scaling, const at::Tensor& pictures);

// What becomes of a number of channels times the width.
enum class ChannelRule {
  kTruncated,             // its whole part
  kMultipleOf8,           // make_divisible of it
  kTruncatedMultipleOf8,  // make_divisible of its whole part
};

// The channels inside an inverted bottleneck at another width than 1.
enum class HiddenRule {
  kOfInput,  // the input's channels, as they came out, times the expansion
  kOfWidth,  // the channels at width 1 times the width
};

// What the width does to a layer that is wide already.
enum class WideRule {
  kFixed,     // nothing
  kAboveOne,  // widens it above 1, and doesn't narrow it below
  kScaled,    // scales it as all others
};

struct Flavour {
  std::string name;  // "keras", "torchvision", "timm"

  Padding stem_padding = Padding::kSame;
  Padding stride_padding = Padding::kSame;  // of the other convolutions that stride

  double bn_eps = 1e-3;
  double bn_momentum = 0.9;              // share of the old running statistics kept in a step
  bool biased_running_variance = false;  // see kernels::BnActOptions

  ChannelRule channels = ChannelRule::kMultipleOf8;
  HiddenRule hidden = HiddenRule::kOfInput;
  double stem_scales_from = 0;                // the width from which the stem is scaled too
  bool last_follows_input = false;            // V3's last convolution: six times its input's
  WideRule top_hidden = WideRule::kAboveOne;  // V3's and V4's layer before the classifier's logits

  PictureScaling scaling;
};

// The families that there are: "mobilenet_v1", ...
std::vector<std::string> family_names();
// A family's flavours, its default first. Throws a usage error for a family that isn't there.
std::vector<std::string> flavour_names(const std::string& family);
// What `config` asks for. Throws a usage error for a family that isn't there or doesn't have the
// flavour.
Flavour flavour_of(const ModelConfig& config);

// BatchNorm's share of old running statistics kept: the configuration's own, else the flavour's.
double bn_momentum_of(const ModelConfig& config);

// The nearest multiple of 8, at least 8, and the next one where the nearest is under nine tenths of
// `channels`: TensorFlow's rule, which all implementations share.
std::int64_t make_divisible(double channels);
// `channels` at that width, by the flavour's rule. Throws a usage error where none is left.
std::int64_t scaled_channels(const Flavour& flavour, std::int64_t channels, double width);
// The same for a wide layer, by `rule`.
std::int64_t wide_channels(WideRule rule, std::int64_t channels, double width);

}  // namespace ag::nn
