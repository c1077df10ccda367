// The activations that a layer may end with.
#pragma once

namespace ag::kernels {

enum class Activation {
  kNone,
  kRelu,         // max(x, 0)
  kRelu6,        // min(max(x, 0), 6)
  kHardSigmoid,  // relu6(x + 3) / 6
  kHardSwish,    // x * relu6(x + 3) / 6: Howard et al., "Searching for MobileNetV3", ICCV 2019
};

}  // namespace ag::kernels
