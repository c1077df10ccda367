// MobileNet V1: Howard et al., "MobileNets: Efficient Convolutional Neural Networks for Mobile
// Vision Applications", 2017, table 1.

#include <iterator>

#include "framework/nn/depthwise_separable.h"
#include "framework/nn/families.h"

namespace ag::nn {
namespace {

constexpr std::int64_t kStemFilters = 32;

struct Row {
  std::int64_t filters;  // of the pointwise convolution, at width 1
  std::int64_t stride;   // of the depthwise convolution
};

constexpr Row kRows[] = {{64, 1},  {128, 2}, {128, 1}, {256, 2}, {256, 1},  {512, 2}, {512, 1},
                         {512, 1}, {512, 1}, {512, 1}, {512, 1}, {1024, 2}, {1024, 1}};

std::vector<Flavour> flavours() {
  Flavour keras = keras_flavour(0.99);
  keras.stride_padding = Padding::kOneAtEnd;
  keras.channels = ChannelRule::kTruncated;
  Flavour timm = pytorch_flavour("timm", 1e-5, 0.9);
  timm.scaling = PictureScaling{};
  return {keras, timm};
}

std::unique_ptr<Trunk> make_trunk(const ModelConfig& config, const Flavour& flavour,
                                  ParameterStore& store) {
  const BatchNormActOptions relu6 = bn_act_options(config, flavour, kernels::Activation::kRelu6);
  std::int64_t in = scaled_channels(flavour, kStemFilters, config.width);
  auto trunk = std::make_unique<Trunk>(flavour.scaling);
  trunk->add<ConvBnAct>(
      store, "stem.conv", "stem.bn",
      ConvOptions{.in = 3, .out = in, .stride = 2, .padding = flavour.stem_padding}, relu6);
  for (std::size_t i = 0; i < std::size(kRows); ++i) {
    const bool strides = kRows[i].stride != 1;
    if (strides) store.begin_stage();
    const DepthwiseSeparableOptions options = {
        .in = in,
        .out = scaled_channels(flavour, kRows[i].filters, config.width),
        .depth_multiplier = config.depth_multiplier,
        .stride = kRows[i].stride,
        .padding = strides ? flavour.stride_padding : Padding::kSame,
        .bn_act = relu6};
    trunk->add<DepthwiseSeparable>(store, "blocks." + std::to_string(i), options);
    in = options.out;
  }
  return trunk;
}

}  // namespace

Family mobilenet_v1() {
  return {.name = "mobilenet_v1",
          .source = "arXiv:1704.04861",
          .flavours = flavours(),
          .trunk = make_trunk,
          .top = [](const ModelConfig&, const Flavour&) { return Top{}; }};
}

}  // namespace ag::nn
