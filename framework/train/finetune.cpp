#include "framework/train/finetune.h"

#include <fmt/format.h>

#include <algorithm>

#include "framework/core/error.h"

namespace ag::train {
namespace {

// The epoch, from 0, in which the stage is trained for the first time; none: never.
std::optional<std::int64_t> first_epoch(const FinetuneConfig& config, int stage) {
  if (stage == nn::kHeadStage || stage >= config.frozen_stages) return 0;
  if (!config.unfreeze_epoch) return std::nullopt;
  const std::int64_t thawed_before = config.frozen_stages - 1 - stage;
  return *config.unfreeze_epoch + thawed_before * config.unfreeze_every;
}

}  // namespace

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

std::int64_t frozen_stages_at(const FinetuneConfig& config, std::int64_t epoch) {
  std::int64_t frozen = config.frozen_stages;
  while (frozen > 0) {
    const auto first = first_epoch(config, static_cast<int>(frozen - 1));
    if (!first || epoch < *first) break;
    --frozen;
  }
  return frozen;
}

std::string frozen_text(std::int64_t stages) {
  if (stages == 0) return "all stages are trained";
  if (stages == 1) return "the trunk's first stage stands still";
  return fmt::format("the trunk's first {} stages stand still", stages);
}

void check_stages(const FinetuneConfig& config, std::span<const nn::NamedTensor> parameters) {
  int last = -1;
  for (const nn::NamedTensor& parameter : parameters) last = std::max(last, parameter.stage);
  if (config.frozen_stages <= last + 1) return;
  throw usage_error(
      "finetune.frozen_stages",
      fmt::format("can't be {}: the network has {} stages", config.frozen_stages, last + 1),
      fmt::format("give at most {}", last + 1));
}

std::vector<at::Tensor> in_first_stages(std::span<const nn::NamedTensor> tensors,
                                        std::int64_t stages) {
  std::vector<at::Tensor> found;
  for (const nn::NamedTensor& named : tensors) {
    if (named.stage != nn::kHeadStage && named.stage < stages) found.push_back(named.tensor);
  }
  return found;
}

std::vector<optim::OptimizedParameter> optimized(const FinetuneConfig& config,
                                                 std::span<const nn::NamedTensor> parameters,
                                                 std::int64_t steps_per_epoch) {
  std::vector<optim::OptimizedParameter> list;
  for (const nn::NamedTensor& named : parameters) {
    const std::optional<std::int64_t> epoch = first_epoch(config, named.stage);
    list.push_back({.name = named.name,
                    .tensor = named.tensor,
                    .decays = named.kind == nn::TensorKind::kWeight,
                    .lr_factor = named.stage == nn::kHeadStage ? 1 : config.backbone_lr,
                    .first_step = epoch ? *epoch * steps_per_epoch : optim::kNever});
  }
  return list;
}

}  // namespace ag::train
