#include "framework/train/checkpoint_config.h"

#include "framework/nn/loss.h"

namespace ag::train {

void CheckpointConfig::visit(config::Visitor& v) {
  v.field("directory", directory, config::any(),
          "each run saves in a folder of its own in here, named by its id");
  v.field("keep_last", keep_last, config::at_least(1), "the newest checkpoints that are kept");
  v.field("best", best, config::one_of(nn::metric_names("val")),
          "the metric whose best epoch is kept as best.safetensors");
  v.field("every_epochs", every_epochs, config::at_least(1), "epochs between checkpoints");
  v.field("every_steps", every_steps, config::at_least(0),
          "steps between further checkpoints within an epoch; 0: none");
}

}  // namespace ag::train
