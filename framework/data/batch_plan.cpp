#include "framework/data/batch_plan.h"

#include <algorithm>
#include <string>

#include "framework/core/error.h"

namespace ag::data {
namespace {

std::int64_t ceil_div(std::int64_t a, std::int64_t b) {
  return (a + b - 1) / b;
}

}  // namespace

BatchPlan BatchPlan::training(std::int64_t samples, std::int64_t global_batch, int rank,
                              int ranks) {
  return {samples, global_batch, rank, ranks, true};
}

BatchPlan BatchPlan::evaluation(std::int64_t samples, std::int64_t batch, int rank, int ranks) {
  return {samples, batch, rank, ranks, false};
}

BatchPlan::BatchPlan(std::int64_t samples, std::int64_t batch, int rank, int ranks, bool shared)
    : samples_(samples), batch_(batch), rank_(rank), ranks_(ranks), shared_(shared) {
  if (samples < 1 || batch < 1) {
    throw Error("batch plan", "an epoch needs at least one sample and a batch of at least one");
  }
  if (rank < 0 || rank >= ranks) {
    throw Error("batch plan", "rank " + std::to_string(rank) + " isn't one of " +
                                  std::to_string(ranks) + " ranks");
  }
  batches_ = ceil_div(samples, batch);
  rows_ = shared ? ceil_div(batch, ranks) : batch;
}

std::int64_t BatchPlan::steps() const {
  return shared_ ? batches_ : ceil_div(batches_ - rank_, ranks_);
}

BatchRows BatchPlan::at(std::int64_t step) const {
  if (step < 0 || step >= steps()) {
    throw Error("batch plan", "step " + std::to_string(step) + " isn't one of the epoch's " +
                                  std::to_string(steps()));
  }
  BatchRows rows;
  rows.batch = shared_ ? step : step * ranks_ + rank_;
  const std::int64_t begin = rows.batch * batch_;
  rows.global_real = std::min(batch_, samples_ - begin);
  const std::int64_t skipped = shared_ ? std::min(rank_ * rows_, rows.global_real) : 0;
  rows.first = begin + skipped;
  rows.real = std::min(rows_, rows.global_real - skipped);
  return rows;
}

}  // namespace ag::data
