// Feeds a rank with batches: threads decode, resize and augment pictures straight into the rows of
// recycled batches, some batches ahead of the one in use.
//
// What a batch holds is a pure function of (seed, epoch, step), of the plan and the configuration:
// it depends neither on the number of threads nor on the cache. Nothing is allocated from step to
// step once every slot was used and the largest picture was met.
#pragma once

#include <cstdint>
#include <memory>

#include "framework/data/augment.h"
#include "framework/data/batch_plan.h"
#include "framework/data/dataset.h"
#include "framework/data/dataset_config.h"
#include "framework/loader/batch.h"

namespace ag::loader {

struct LoaderPlan {
  data::Split split = data::Split::kTrain;
  std::uint64_t seed = 0;
  std::int64_t global_batch = 64;  // training: of all ranks together; else: of one rank's batch
  int rank = 0;
  int ranks = 1;
  // Training: shuffled or balanced, augmented, all ranks share each batch. Else: in the data set's
  // order, as they are, whole batches dealt to the ranks in turn.
  bool training = true;
  bool pinned = false;  // in page-locked memory, for copies to a CUDA device
};

// One thread calls it; its own threads are joined by the destructor.
class Loader {
 public:
  // `dataset` must outlive the loader. Throws Error when the split has no samples.
  Loader(const data::Dataset& dataset, const data::DatasetConfig& config,
         const data::AugmentConfig& augment, const LoaderPlan& plan);
  ~Loader();
  Loader(const Loader&) = delete;
  Loader& operator=(const Loader&) = delete;

  const data::BatchPlan& plan() const;

  // Begins at `first_step` of `epoch`, 0 to plan().steps(); what is under way for another place is
  // dropped. After the last step of an epoch the threads go on with the next one, so that start()
  // for it finds its first batches ready. Throws Error for another step.
  void start(std::uint32_t epoch, std::int64_t first_step = 0);

  // The next batch, to be called for each step that is left of the epoch. Valid until the following
  // next() or start(). Throws Error: no step is left; or a picture is unreadable, perhaps one of a
  // later batch, and then at every call from there on: the loader is of no more use.
  const Batch& next();

  double waited_seconds() const;  // that next() was blocked, since construction
  std::int64_t cached() const;    // pictures that later epochs take from memory

 private:
  class Engine;
  std::unique_ptr<Engine> engine_;
};

}  // namespace ag::loader
