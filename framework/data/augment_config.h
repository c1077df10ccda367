// The `augment` section of an experiment; what each change does stands in augment.h.
// augment_config.cpp says of each key what it may be and means.
#pragma once

#include "framework/config/visitor.h"

namespace ag::data {

struct AugmentConfig {
  double saturation = 0;
  double brightness = 0;
  double contrast = 0;
  double lighting = 0;
  double hflip = 0;
  double vflip = 0;

  void visit(config::Visitor& v);
};

}  // namespace ag::data
