// MobileNet V3, small and large: Howard et al., "Searching for MobileNetV3", ICCV 2019, tables 1
// and 2.

#include <limits>
#include <span>

#include "framework/nn/families.h"
#include "framework/nn/inverted_residual.h"

namespace ag::nn {
namespace {

using kernels::Activation;

constexpr std::int64_t kStemFilters = 16;
constexpr std::int64_t kSqueeze = 4;        // hidden channels for each one squeezed
constexpr std::int64_t kLastExpansion = 6;  // of the last convolution

struct Row {
  std::int64_t kernel;
  std::int64_t hidden;   // channels of the depthwise convolution, at width 1
  std::int64_t filters;  // that come out, at width 1
  bool squeezes;
  Activation activation;
  std::int64_t stride;
};

constexpr Activation kRE = Activation::kRelu;
constexpr Activation kHS = Activation::kHardSwish;

constexpr Row kLarge[] = {
    {3, 16, 16, false, kRE, 1},  {3, 64, 24, false, kRE, 2},  {3, 72, 24, false, kRE, 1},
    {5, 72, 40, true, kRE, 2},   {5, 120, 40, true, kRE, 1},  {5, 120, 40, true, kRE, 1},
    {3, 240, 80, false, kHS, 2}, {3, 200, 80, false, kHS, 1}, {3, 184, 80, false, kHS, 1},
    {3, 184, 80, false, kHS, 1}, {3, 480, 112, true, kHS, 1}, {3, 672, 112, true, kHS, 1},
    {5, 672, 160, true, kHS, 2}, {5, 960, 160, true, kHS, 1}, {5, 960, 160, true, kHS, 1}};

constexpr Row kSmall[] = {
    {3, 16, 16, true, kRE, 2},  {3, 72, 24, false, kRE, 2}, {3, 88, 24, false, kRE, 1},
    {5, 96, 40, true, kHS, 2},  {5, 240, 40, true, kHS, 1}, {5, 240, 40, true, kHS, 1},
    {5, 120, 48, true, kHS, 1}, {5, 144, 48, true, kHS, 1}, {5, 288, 96, true, kHS, 2},
    {5, 576, 96, true, kHS, 1}, {5, 576, 96, true, kHS, 1}};

std::vector<Flavour> flavours() {
  Flavour keras = keras_flavour(0.999);
  keras.stem_scales_from = std::numeric_limits<double>::infinity();
  keras.last_follows_input = true;
  Flavour torchvision = pytorch_flavour("torchvision", 1e-3, 0.99);
  torchvision.hidden = HiddenRule::kOfWidth;
  torchvision.last_follows_input = true;
  torchvision.top_hidden = WideRule::kScaled;
  Flavour timm = pytorch_flavour("timm", 1e-5, 0.9);
  timm.stem_scales_from = 0.75;
  timm.top_hidden = WideRule::kFixed;
  return {keras, torchvision, timm};
}

// Channels inside the block: `unscaled` is what comes in at width 1, `in` at this one.
std::int64_t hidden_channels(const Row& row, std::int64_t unscaled, std::int64_t in,
                             const Flavour& flavour, double width) {
  const auto hidden = static_cast<double>(row.hidden);
  if (flavour.hidden == HiddenRule::kOfWidth) return make_divisible(hidden * width);
  return make_divisible(static_cast<double>(in) * (hidden / static_cast<double>(unscaled)));
}

InvertedResidualOptions block_options(const Row& row, std::int64_t unscaled, std::int64_t in,
                                      const ModelConfig& config, const Flavour& flavour) {
  InvertedResidualOptions options = {
      .in = in,
      .hidden = hidden_channels(row, unscaled, in, flavour, config.width),
      .out = scaled_channels(flavour, row.filters, config.width),
      .kernel = row.kernel,
      .stride = row.stride,
      .padding = flavour.stride_padding,
      .bn_act = bn_act_options(config, flavour, row.activation)};
  // The first block has nothing to expand; torchvision leaves the convolution out wherever it
  // wouldn't change the number of channels.
  options.expands =
      flavour.hidden == HiddenRule::kOfWidth ? options.hidden != in : row.hidden != unscaled;
  if (row.squeezes) {
    options.squeezed = make_divisible(static_cast<double>(options.hidden) / kSqueeze);
  }
  return options;
}

std::unique_ptr<Trunk> make_trunk(std::span<const Row> rows, const ModelConfig& config,
                                  const Flavour& flavour, ParameterStore& store) {
  const BatchNormActOptions hard_swish = bn_act_options(config, flavour, kHS);
  std::int64_t unscaled = kStemFilters;
  std::int64_t in = config.width < flavour.stem_scales_from
                        ? kStemFilters
                        : scaled_channels(flavour, kStemFilters, config.width);
  auto trunk = std::make_unique<Trunk>(flavour.scaling);
  trunk->add<ConvBnAct>(
      store, "stem.conv", "stem.bn",
      ConvOptions{.in = 3, .out = in, .stride = 2, .padding = flavour.stem_padding}, hard_swish);
  std::int64_t index = 0;
  for (const Row& row : rows) {
    if (row.stride != 1) store.begin_stage();
    const InvertedResidualOptions options = block_options(row, unscaled, in, config, flavour);
    trunk->add<InvertedResidual>(store, "blocks." + std::to_string(index++), options);
    unscaled = row.filters;
    in = options.out;
  }
  const std::int64_t last = flavour.last_follows_input
                                ? kLastExpansion * in
                                : scaled_channels(flavour, kLastExpansion * unscaled, config.width);
  trunk->add<ConvBnAct>(store, "last.conv", "last.bn",
                        ConvOptions{.in = in, .out = last, .kernel = 1}, hard_swish);
  return trunk;
}

// `rows` outlives the program's last network.
Family family(const std::string& name, std::span<const Row> rows, std::int64_t top_hidden) {
  return {
      .name = name,
      .source = "arXiv:1905.02244",
      .flavours = flavours(),
      .trunk = [rows](const ModelConfig& config, const Flavour& flavour,
                      ParameterStore& store) { return make_trunk(rows, config, flavour, store); },
      .top =
          [top_hidden](const ModelConfig& config, const Flavour& flavour) {
            return Top{TopKind::kHardSwish,
                       wide_channels(flavour.top_hidden, top_hidden, config.width)};
          }};
}

}  // namespace

Family mobilenet_v3_small() {
  return family("mobilenet_v3_small", kSmall, 1024);
}

Family mobilenet_v3_large() {
  return family("mobilenet_v3_large", kLarge, 1280);
}

}  // namespace ag::nn
