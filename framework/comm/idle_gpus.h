// GPUs that a run doesn't use though it might.
#pragma once

#include <c10/core/Device.h>

#include <filesystem>
#include <string>

#include "framework/comm/comm_config.h"

namespace ag::comm {

// A note where `backend: auto` trains on `used` and this host has GPUs, with what would use them;
// empty otherwise. They are counted by their files in `devices`, so without CUDA.
std::string idle_gpus_note(const CommConfig& config, at::Device used,
                           const std::filesystem::path& devices = "/dev");

}  // namespace ag::comm
