// Weights in the safetensors format: timm's and torchvision's, and our own checkpoints.
#pragma once

#include <filesystem>

#include "framework/nn/weights/state_dict.h"

namespace ag::weights {

// The optimizer's state in a checkpoint is left where it is. Throws Error as read_weights() does.
StateDict read_safetensors_file(const std::filesystem::path& path);

}  // namespace ag::weights
