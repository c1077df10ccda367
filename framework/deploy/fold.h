// BatchNorm in evaluation is a scale and a shift per channel, so a convolution before it can do its
// work: w' = w weight / sqrt(running_var + eps), b' = bias + (b - running_mean) weight / sqrt(…).
#pragma once

#include "framework/nn/graph.h"

namespace ag::deploy {

// The same graph without the BatchNorms that alone take what a convolution makes; their
// convolutions have new weights, computed in double and rounded once. What isn't followed by
// BatchNorm is shared with `graph`.
nn::Graph fold_batch_norm(const nn::Graph& graph);

// The same in the network that `graph` is traced from: those BatchNorms become a shift by a bias,
// and their convolutions' weights change. It then answers as before, up to rounding, and must not
// be trained on.
void fold_batch_norm_in_place(const nn::Graph& graph);

}  // namespace ag::deploy
