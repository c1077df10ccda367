// A trained network, as a checkpoint holds it.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "framework/nn/flavour.h"
#include "framework/nn/network.h"
#include "framework/train/checkpoint.h"
#include "launch/experiment/agtrain_config.h"

namespace ag::launch {

struct TrainedNetwork {
  train::Checkpoint checkpoint;
  AgtrainConfig config;  // of the run that saved it
  nn::Flavour flavour;
  std::unique_ptr<nn::Network> network;  // with the checkpoint's weights

  std::int64_t size() const { return config.experiment.dataset.size; }  // pixels a side
  std::string title() const;                                            // "mobilenet_v1 0.5 at 64"
};

// `what` is a file, a run's folder, or its id in `runs`: then its best checkpoint, else its newest.
// Computes in `precision` (train/precision.h), else in that it was trained in. Throws Error where
// it can't be read.
TrainedNetwork read_trained_network(const std::string& what, const std::filesystem::path& runs,
                                    const std::optional<std::string>& precision = std::nullopt);

}  // namespace ag::launch
