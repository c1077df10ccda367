// The weights that a run begins with, where model.weights names a file.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "framework/comm/communicator.h"
#include "framework/nn/network.h"

namespace ag::train {

struct InitialWeights {
  std::vector<std::string> lines;  // for people: what was taken, and warnings
  // For the run's record, by name: what the file was.
  std::vector<std::pair<std::string, std::string>> parameters;
};

// Rank 0 puts what network.config().weights names into its network, and the others take the tensors
// from rank 0, so that all begin with the same bits and only rank 0's host needs the file. The
// answer is empty on the others, and on all where no file is named. Collective. Throws the same
// Error on all ranks where the file can't serve.
InitialWeights load_initial_weights(nn::Network& network, comm::Communicator& communicator);

}  // namespace ag::train
