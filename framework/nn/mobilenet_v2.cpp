// MobileNet V2: Sandler et al., "MobileNetV2: Inverted Residuals and Linear Bottlenecks", CVPR
// 2018, table 2.

#include "framework/nn/families.h"
#include "framework/nn/inverted_residual.h"

namespace ag::nn {
namespace {

constexpr std::int64_t kStemFilters = 32;
constexpr std::int64_t kLastFilters = 1280;

struct Row {
  std::int64_t expansion;  // of the input's channels; 1: no convolution expands
  std::int64_t filters;    // that come out, at width 1
  std::int64_t repeats;
  std::int64_t stride;  // of the first
};

constexpr Row kRows[] = {{1, 16, 1, 1}, {6, 24, 2, 2},  {6, 32, 3, 2}, {6, 64, 4, 2},
                         {6, 96, 3, 1}, {6, 160, 3, 2}, {6, 320, 1, 1}};

std::vector<Flavour> flavours() {
  Flavour keras = keras_flavour(0.999);
  keras.channels = ChannelRule::kTruncatedMultipleOf8;
  return {keras, pytorch_flavour("torchvision", 1e-5, 0.9), pytorch_flavour("timm", 1e-5, 0.9)};
}

std::unique_ptr<Trunk> make_trunk(const ModelConfig& config, const Flavour& flavour,
                                  ParameterStore& store) {
  const BatchNormActOptions relu6 = bn_act_options(config, flavour, kernels::Activation::kRelu6);
  std::int64_t in = make_divisible(static_cast<double>(kStemFilters) * config.width);
  auto trunk = std::make_unique<Trunk>(flavour.scaling);
  trunk->add<ConvBnAct>(
      store, "stem.conv", "stem.bn",
      ConvOptions{.in = 3, .out = in, .stride = 2, .padding = flavour.stem_padding}, relu6);
  std::int64_t index = 0;
  for (const Row& row : kRows) {
    for (std::int64_t repeat = 0; repeat < row.repeats; ++repeat) {
      const std::int64_t stride = repeat == 0 ? row.stride : 1;
      if (stride != 1) store.begin_stage();
      const InvertedResidualOptions options = {
          .in = in,
          .hidden = in * row.expansion,
          .out = scaled_channels(flavour, row.filters, config.width),
          .expands = row.expansion != 1,
          .stride = stride,
          .padding = flavour.stride_padding,
          .bn_act = relu6};
      trunk->add<InvertedResidual>(store, "blocks." + std::to_string(index++), options);
      in = options.out;
    }
  }
  const std::int64_t last = wide_channels(WideRule::kAboveOne, kLastFilters, config.width);
  trunk->add<ConvBnAct>(store, "last.conv", "last.bn",
                        ConvOptions{.in = in, .out = last, .kernel = 1}, relu6);
  return trunk;
}

}  // namespace

Family mobilenet_v2() {
  return {.name = "mobilenet_v2",
          .source = "arXiv:1801.04381",
          .flavours = flavours(),
          .trunk = make_trunk,
          .top = [](const ModelConfig&, const Flavour&) { return Top{}; }};
}

}  // namespace ag::nn
