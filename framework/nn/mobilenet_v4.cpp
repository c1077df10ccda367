// MobileNet V4 conv small: Qin et al., "MobileNetV4: Universal Models for the Mobile Ecosystem",
// ECCV 2024, table of MNv4-Conv-S, in timm's form.

#include "framework/nn/families.h"
#include "framework/nn/universal_inverted_bottleneck.h"

namespace ag::nn {
namespace {

constexpr std::int64_t kStemFilters = 32;
constexpr std::int64_t kLastFilters = 960;
constexpr std::int64_t kTopHidden = 1280;

struct Row {
  std::int64_t start;      // kernel of the depthwise convolution before the expansion; 0: none
  std::int64_t kernel;     // of the one inside; 0: none
  std::int64_t stride;     // of the first repeat
  std::int64_t expansion;  // of the input's channels; 0: a plain convolution instead of the block
  std::int64_t filters;    // that come out, at width 1
  std::int64_t repeats;
};

constexpr Row kRows[] = {{0, 3, 2, 0, 32, 1},  {0, 1, 1, 0, 32, 1},  {0, 3, 2, 0, 96, 1},
                         {0, 1, 1, 0, 64, 1},  {5, 5, 2, 3, 96, 1},  {0, 3, 1, 2, 96, 4},
                         {3, 0, 1, 4, 96, 1},  {3, 3, 2, 6, 128, 1}, {5, 5, 1, 4, 128, 1},
                         {0, 5, 1, 4, 128, 1}, {0, 5, 1, 3, 128, 1}, {0, 3, 1, 4, 128, 2}};

std::vector<Flavour> flavours() {
  Flavour timm = pytorch_flavour("timm", 1e-5, 0.9);
  timm.stem_scales_from = 1;
  timm.top_hidden = WideRule::kFixed;
  return {timm};
}

void add_block(Trunk& trunk, ParameterStore& store, const std::string& name, const Row& row,
               const UniversalInvertedBottleneckOptions& options) {
  if (row.expansion > 0) {
    trunk.add<UniversalInvertedBottleneck>(store, name, options);
    return;
  }
  trunk.add<ConvBnAct>(store, name + ".conv", name + ".bn",
                       ConvOptions{.in = options.in,
                                   .out = options.out,
                                   .kernel = row.kernel,
                                   .stride = options.stride,
                                   .padding = options.padding},
                       options.bn_act);
}

std::unique_ptr<Trunk> make_trunk(const ModelConfig& config, const Flavour& flavour,
                                  ParameterStore& store) {
  const BatchNormActOptions relu = bn_act_options(config, flavour, kernels::Activation::kRelu);
  std::int64_t in = config.width < flavour.stem_scales_from
                        ? kStemFilters
                        : scaled_channels(flavour, kStemFilters, config.width);
  auto trunk = std::make_unique<Trunk>(flavour.scaling);
  trunk->add<ConvBnAct>(
      store, "stem.conv", "stem.bn",
      ConvOptions{.in = 3, .out = in, .stride = 2, .padding = flavour.stem_padding}, relu);
  std::int64_t index = 0;
  for (const Row& row : kRows) {
    for (std::int64_t repeat = 0; repeat < row.repeats; ++repeat) {
      const std::int64_t stride = repeat == 0 ? row.stride : 1;
      if (stride != 1) store.begin_stage();
      const UniversalInvertedBottleneckOptions options = {
          .in = in,
          .hidden = make_divisible(static_cast<double>(in * row.expansion)),
          .out = scaled_channels(flavour, row.filters, config.width),
          .start_kernel = row.start,
          .middle_kernel = row.kernel,
          .stride = stride,
          .padding = flavour.stride_padding,
          .bn_act = relu};
      add_block(*trunk, store, "blocks." + std::to_string(index++), row, options);
      in = options.out;
    }
  }
  const std::int64_t last = scaled_channels(flavour, kLastFilters, config.width);
  trunk->add<ConvBnAct>(store, "last.conv", "last.bn",
                        ConvOptions{.in = in, .out = last, .kernel = 1}, relu);
  return trunk;
}

}  // namespace

Family mobilenet_v4_conv_small() {
  return {
      .name = "mobilenet_v4_conv_small",
      .source = "arXiv:2404.10518",
      .flavours = flavours(),
      .trunk = make_trunk,
      .top = [](const ModelConfig& config, const Flavour& flavour) {
        return Top{TopKind::kNormRelu, wide_channels(flavour.top_hidden, kTopHidden, config.width)};
      }};
}

}  // namespace ag::nn
