#include "framework/data/augment_config.h"

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

}  // namespace ag::data
