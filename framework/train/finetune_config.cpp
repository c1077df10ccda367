#include "framework/train/finetune_config.h"

namespace ag::train {

void FinetuneConfig::visit(config::Visitor& v) {
  v.field("frozen_stages", frozen_stages, config::at_least(0),
          "stages of the trunk, from the picture on, that stand still, BatchNorm's statistics too; "
          "the stem is the first, each block that strides begins another (mobilenet_v1 has 5)");
  v.field("backbone_lr", backbone_lr, config::at_least(0),
          "what the trunk's learning rate is multiplied with; the head has optimizer.lr's");
  v.field("unfreeze_epoch", unfreeze_epoch, config::at_least(1),
          "epochs after which the frozen stages begin to be trained; null: never");
  v.field("unfreeze_every", unfreeze_every, config::at_least(0),
          "epochs between one stage and the next below it, from the head down; 0: all at once");
  v.require(unfreeze_every == 0 || unfreeze_epoch, "unfreeze_every",
            "needs finetune.unfreeze_epoch, the epochs before the first stage");
  v.require(!unfreeze_epoch || frozen_stages > 0, "unfreeze_epoch",
            "needs frozen_stages above 0: nothing is frozen");
}

}  // namespace ag::train
