// Which positions of an epoch's order a rank sees in which step.
//
// A pure function of the step, so going on in the middle of an epoch needs its step alone.
#pragma once

#include <cstdint>

namespace ag::data {

// The part of one global batch that a rank computes: positions [first, first + real).
struct BatchRows {
  std::int64_t batch = 0;        // number of the global batch in the epoch, from 0
  std::int64_t first = 0;        // position in the epoch's order of the rank's first row
  std::int64_t real = 0;         // rows that count on this rank; the rest is fill-up
  std::int64_t global_real = 0;  // rows that count over all ranks
};

// How an epoch of `samples` samples is cut into global batches and those are dealt to ranks.
class BatchPlan {
 public:
  // Every rank takes part in every batch: of its samples, in order, rank 0 takes the first
  // rows(), rank 1 the next, …; the last ranks may have fewer, or none.
  static BatchPlan training(std::int64_t samples, std::int64_t global_batch, int rank, int ranks);
  // A batch is computed whole by one rank, batch b by rank b mod `ranks`: its numbers don't depend
  // on the number of ranks. A rank may have no batch at all.
  static BatchPlan evaluation(std::int64_t samples, std::int64_t batch, int rank, int ranks);

  std::int64_t batches() const { return batches_; }  // of an epoch, over all ranks
  std::int64_t steps() const;                        // of an epoch on this rank
  std::int64_t rows() const { return rows_; }        // of a step on this rank, fill-up included
  BatchRows at(std::int64_t step) const;             // `step` is 0 to steps() - 1

 private:
  BatchPlan(std::int64_t samples, std::int64_t batch, int rank, int ranks, bool shared);

  std::int64_t samples_;
  std::int64_t batch_;
  std::int64_t batches_;
  std::int64_t rows_;
  int rank_;
  int ranks_;
  bool shared_;  // whether all ranks work on each batch
};

}  // namespace ag::data
