#include "framework/nn/flavour.h"

#include <ATen/ATen.h>
#include <fmt/format.h>

#include <algorithm>

#include "framework/core/error.h"
#include "framework/nn/families.h"

namespace ag::nn {
namespace {

constexpr std::int64_t kDivisor = 8;
constexpr double kLeastShare = 0.9;

// [W, 3], of pixels [N, H, W, 3]: for each channel of a pixel its number, again and again. Lying in
// memory like a row of them, it is read by whole vectors.
at::Tensor for_each_pixel(const std::array<double, 3>& numbers, const at::Tensor& pixels) {
  return at::tensor(at::ArrayRef<double>(numbers.data(), numbers.size()), at::kDouble)
      .to(pixels.options())
      .repeat({pixels.size(2), 1});
}

}  // namespace

std::vector<std::string> family_names() {
  std::vector<std::string> names;
  for (const Family& family : families()) names.push_back(family.name);
  return names;
}

std::vector<std::string> flavour_names(const std::string& family) {
  std::vector<std::string> names;
  for (const Flavour& flavour : find_family(family).flavours) names.push_back(flavour.name);
  return names;
}

Flavour flavour_of(const ModelConfig& config) {
  const std::vector<Flavour> flavours = find_family(config.name).flavours;
  if (!config.flavour) return flavours.front();
  const auto found = std::find_if(flavours.begin(), flavours.end(), [&](const Flavour& flavour) {
    return flavour.name == *config.flavour;
  });
  if (found != flavours.end()) return *found;
  throw usage_error("model.flavour",
                    fmt::format("{} has no flavour '{}'", config.name, *config.flavour),
                    fmt::format("it has {}", fmt::join(flavour_names(config.name), ", ")));
}

double bn_momentum_of(const ModelConfig& config) {
  return config.bn_momentum ? *config.bn_momentum : flavour_of(config).bn_momentum;
}

std::int64_t make_divisible(double channels) {
  const auto nearest = static_cast<std::int64_t>(channels + kDivisor / 2.0) / kDivisor * kDivisor;
  const std::int64_t rounded = std::max(kDivisor, nearest);
  return static_cast<double>(rounded) < kLeastShare * channels ? rounded + kDivisor : rounded;
}

std::int64_t scaled_channels(const Flavour& flavour, std::int64_t channels, double width) {
  const double scaled = static_cast<double>(channels) * width;
  const auto truncated = static_cast<std::int64_t>(scaled);
  if (flavour.channels == ChannelRule::kMultipleOf8) return make_divisible(scaled);
  if (flavour.channels == ChannelRule::kTruncatedMultipleOf8) {
    return make_divisible(static_cast<double>(truncated));
  }
  if (truncated < 1) {
    throw usage_error("model.width",
                      fmt::format("leaves a layer of {} channels without any", channels),
                      fmt::format("use at least 1/{}", channels));
  }
  return truncated;
}

std::int64_t wide_channels(WideRule rule, std::int64_t channels, double width) {
  if (rule == WideRule::kFixed || (rule == WideRule::kAboveOne && width <= 1)) return channels;
  return make_divisible(static_cast<double>(channels) * width);
}

// With p in [-1, 1] a pixel is (p + 1) / 2, so that (pixel - mean) / std is
// p * 0.5 / std + (0.5 - mean) / std.
at::Tensor scaled(const PictureScaling& scaling, const at::Tensor& pictures) {
  if (scaling == PictureScaling{}) return pictures;
  std::array<double, 3> factor{};
  std::array<double, 3> shift{};
  for (std::size_t i = 0; i < factor.size(); ++i) {
    factor[i] = 0.5 / scaling.std[i];
    shift[i] = (0.5 - scaling.mean[i]) / scaling.std[i];
  }
  const at::Tensor pixels = pictures.permute({0, 2, 3, 1});
  return (pixels * for_each_pixel(factor, pixels))
      .add_(for_each_pixel(shift, pixels))
      .permute({0, 3, 1, 2});
}

}  // namespace ag::nn
