#include "framework/train/train_config.h"

#include "framework/train/precision.h"

namespace ag::train {
namespace {

constexpr std::int64_t kDefaultGlobalBatch = 64;

}  // namespace

void TrainConfig::visit(config::Visitor& v) {
  v.field("epochs", epochs, config::at_least(1), "passes over the training pictures");
  v.field("steps", steps, config::at_least(1),
          "end after this many steps even in the middle of an epoch; null: epochs alone count");
  v.field("global_batch_size", global_batch_size, config::at_least(1),
          "pictures in a step over all ranks; null: batch_size times ranks, or 64 where that is "
          "null too");
  v.field("batch_size", batch_size, config::at_least(1),
          "pictures in a step on one rank, instead of global_batch_size");
  v.field("precision", precision, config::one_of(precisions()),
          "number format: bf16 keeps what passes between layers in bfloat16 (CPU alone); auto is "
          "bf16 where the processor multiplies it, else fp32; fp64 is for checking that N ranks "
          "equal one");
  v.field("sync_batchnorm", sync_batchnorm, config::any(),
          "BatchNorm's statistics over all ranks' pictures instead of each rank's own");
  v.field("threads", threads, config::between(1, 1024), "OpenMP threads a rank for the network");
  v.field("validate_every", validate_every, config::at_least(1),
          "epochs between validations; the last epoch is always validated");
  v.field("hang_timeout_seconds", hang_timeout_seconds, config::at_least(0),
          "a step that stands still this long ends the run on all ranks; 0: never");
  v.require(!(global_batch_size && batch_size), "batch_size",
            "can't stand beside train.global_batch_size; give one of them");
}

std::int64_t TrainConfig::global_batch(int ranks) const {
  if (global_batch_size) return *global_batch_size;
  return batch_size ? *batch_size * ranks : kDefaultGlobalBatch;
}

}  // namespace ag::train
