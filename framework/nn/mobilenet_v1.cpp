// MobileNet V1: Howard et al., "MobileNets: Efficient Convolutional Neural Networks for Mobile
// Vision Applications", 2017, table 1; in the form of Keras's applications: asymmetric padding at
// the strides, int(filters * width) channels, BatchNorm's eps 1e-3, ReLU6.

#include <utility>

#include "framework/core/error.h"
#include "framework/nn/conv_bn_act.h"
#include "framework/nn/families.h"

namespace ag::nn {
namespace {

constexpr double kEps = 1e-3;
constexpr std::int64_t kStemFilters = 32;

struct Row {
  std::int64_t filters;  // of the pointwise convolution, at width 1
  std::int64_t stride;   // of the depthwise convolution
};

constexpr Row kRows[] = {{64, 1},  {128, 2}, {128, 1}, {256, 2}, {256, 1},  {512, 2}, {512, 1},
                         {512, 1}, {512, 1}, {512, 1}, {512, 1}, {1024, 2}, {1024, 1}};

// A depthwise and a pointwise convolution, each with BatchNorm and ReLU6. Where the depthwise one
// strides, it wants its input padded by the block before.
class DepthwiseSeparable final : public Block {
 public:
  DepthwiseSeparable(ParameterStore& store, const std::string& name, std::int64_t in,
                     std::int64_t out, std::int64_t stride, const BatchNormActOptions& inner,
                     const BatchNormActOptions& outer)
      : depthwise_(store, name + ".depthwise", name + ".bn1",
                   {.in = in,
                    .out = in,
                    .stride = stride,
                    .groups = in,
                    .padding = stride == 1 ? Padding::kSame : Padding::kOneAtEnd,
                    .input_is_padded = stride != 1},
                   inner),
        pointwise_(store, name + ".pointwise", name + ".bn2", {.in = in, .out = out, .kernel = 1},
                   outer) {}

  at::Tensor forward(const at::Tensor& x, const ForwardContext& context) override {
    return pointwise_.forward(depthwise_.forward(x, context), context);
  }

  Shape describe(const Shape& input, std::vector<LayerSummary>& layers) const override {
    return pointwise_.describe(depthwise_.describe(input, layers), layers);
  }

 private:
  ConvBnAct depthwise_, pointwise_;
};

std::int64_t channels(std::int64_t filters, double width) {
  const auto scaled = static_cast<std::int64_t>(static_cast<double>(filters) * width);
  if (scaled < 1) {
    throw usage_error("model.width",
                      "leaves a layer of " + std::to_string(filters) + " channels without any",
                      "use at least 1/" + std::to_string(filters));
  }
  return scaled;
}

}  // namespace

Trunk make_mobilenet_v1(const ModelConfig& config, ParameterStore& store) {
  const BatchNormActOptions plain = {.momentum = config.bn_momentum, .eps = kEps};
  BatchNormActOptions padded = plain;
  padded.pad_end = 1;

  Trunk trunk;
  trunk.features = channels(kStemFilters, config.width);
  trunk.blocks.push_back(
      std::make_unique<ConvBnAct>(store, "stem.conv", "stem.bn",
                                  ConvOptions{.in = 3, .out = trunk.features, .stride = 2}, plain));
  for (std::size_t i = 0; i < std::size(kRows); ++i) {
    const bool next_strides = i + 1 < std::size(kRows) && kRows[i + 1].stride != 1;
    const std::int64_t out = channels(kRows[i].filters, config.width);
    trunk.blocks.push_back(std::make_unique<DepthwiseSeparable>(
        store, "blocks." + std::to_string(i), trunk.features, out, kRows[i].stride, plain,
        next_strides ? padded : plain));
    trunk.features = out;
  }
  return trunk;
}

}  // namespace ag::nn
