#include "framework/data/augment.h"

#include <algorithm>
#include <utility>

#include "framework/core/philox.h"

namespace ag::data {

void AugmentConfig::visit(config::Visitor& v) {
  const config::Rule strength = config::between(0, 1);
  v.field("saturation", saturation, strength,
          "colours are mixed with grey by a factor drawn from 1 - this to 1 + this; 0 is off");
  v.field("brightness", brightness, strength,
          "pixels are multiplied by a factor drawn from 1 - this to 1 + this; 0 is off");
  v.field("contrast", contrast, strength,
          "pixels are moved from the mean grey by a factor drawn from 1 - this to 1 + this; 0 is "
          "off");
  v.field("lighting", lighting, config::at_least(0),
          "standard deviation of the noise along the picture's own colour axes, in units of the "
          "variance on each; 0 is off");
  v.field("hflip", hflip, strength, "probability of mirroring left and right");
  v.field("vflip", vflip, strength, "probability of mirroring top and bottom");
}

bool Augmentation::changes_colour() const {
  const bool lit = std::any_of(lighting.begin(), lighting.end(), [](double z) { return z != 0; });
  return lit || saturation != 1 || brightness != 1 || contrast != 1;
}

Augmentation draw_augmentation(const AugmentConfig& config, std::uint64_t seed, std::uint32_t epoch,
                               std::uint32_t sample) {
  RandomStream stream({seed, epoch, sample, Purpose::kAugment});
  // Everything is drawn, on or off, in an order that is part of what a seed means.
  Augmentation drawn;
  std::swap(drawn.order[2], drawn.order[stream.below(3)]);
  std::swap(drawn.order[1], drawn.order[stream.below(2)]);
  const auto factor = [&stream](double s) { return stream.uniform(1 - s, 1 + s); };
  drawn.saturation = factor(config.saturation);
  drawn.brightness = factor(config.brightness);
  drawn.contrast = factor(config.contrast);
  for (double& z : drawn.lighting) z = config.lighting * stream.normal();
  drawn.hflip = stream.chance(config.hflip);
  drawn.vflip = stream.chance(config.vflip);
  return drawn;
}

}  // namespace ag::data
