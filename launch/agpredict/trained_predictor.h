// The network that a command line asks for, ready to answer.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "framework/deploy/predictor.h"
#include "launch/agpredict/options.h"
#include "launch/experiment/trained_network.h"

namespace ag::predict {

struct TrainedPredictor {
  std::filesystem::path checkpoint;
  train::TrainingState state;
  std::string title;                             // "mobilenet_v1 0.5 at 64"
  std::int64_t size = 0;                         // pixels a side that the network sees
  std::optional<double> margin;                  // of its training pictures' crops
  std::unique_ptr<deploy::Predictor> predictor;  // of this thread
};

// Of the option, where 0 means as many as there are cores.
int thread_count(const NetworkOptions& options);

// Sets LibTorch's threads, too. Throws Error where there is no such checkpoint, run or database.
TrainedPredictor read_predictor(const NetworkOptions& options);

}  // namespace ag::predict
