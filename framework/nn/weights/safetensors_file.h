// Weights in the safetensors format: timm's and torchvision's, and our own checkpoints.
#pragma once

#include "framework/nn/weights/state_dict.h"

namespace ag::weights {

// The optimizer's state in a checkpoint is left where it is.
StateDict read_safetensors_file(const std::filesystem::path& path);

}  // namespace ag::weights
