// Metrics of a network on a split, equal to the bit for any number of ranks.
//
// The split is cut into batches of one fixed size that ranks take in turn, so every picture is
// computed in the same company whoever computes it; the batches' sums are then added in the order
// of the batches.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>

#include "framework/comm/communicator.h"
#include "framework/loader/loader.h"
#include "framework/nn/group_metrics.h"
#include "framework/nn/loss.h"
#include "framework/nn/network.h"

namespace ag::train {

inline constexpr std::int64_t kEvaluationBatch = 64;

// Called after each round of batches with (batches done, batches in all); returns whether to stop.
// What any rank answers counts for all.
using EvaluationWatcher = std::function<bool(std::int64_t done, std::int64_t total)>;

struct Evaluation {
  nn::MetricSums sums;
  nn::GroupSums groups;  // by gender and band of age
};

// `loader` serves batches of kEvaluationBatch with training off. Collective. Empty where `watcher`
// asked to stop.
std::optional<Evaluation> evaluate(nn::Network& network, loader::Loader& loader,
                                   const nn::LossConfig& loss, comm::Communicator& communicator,
                                   const EvaluationWatcher& watcher);

}  // namespace ag::train
