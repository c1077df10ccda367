// What `agtrain export` works on: a checkpoint, and the network that it holds.
#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "framework/nn/flavour.h"
#include "framework/nn/network.h"
#include "framework/train/checkpoint.h"
#include "launch/experiment/agtrain_config.h"

namespace ag::launch {

struct ExportSubject {
  train::Checkpoint checkpoint;
  AgtrainConfig config;  // of the run that saved it
  nn::Flavour flavour;
  std::unique_ptr<nn::Network> network;  // with the checkpoint's weights

  std::int64_t size() const { return config.experiment.dataset.size; }  // pixels a side
  std::string title() const;                                            // "mobilenet_v1 0.5 at 64"
};

// `what` is a file, a run's folder, or its id in `runs`. Throws Error where it can't be read.
ExportSubject read_subject(const std::string& what, const std::filesystem::path& runs);

// What was written, for the closing lines and the model card.
struct Exported {
  std::filesystem::path file;
  std::string what;         // "ONNX, opset 17"
  std::string how_to_load;  // a few lines of the other side's language
  std::string measured;     // Markdown; empty: nothing was measured
};

}  // namespace ag::launch
