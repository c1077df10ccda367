#include "framework/data/augment.h"

#include <algorithm>
#include <utility>

#include "framework/core/philox.h"

namespace ag::data {

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
