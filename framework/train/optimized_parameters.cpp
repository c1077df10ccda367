#include "framework/train/optimized_parameters.h"

#include <optional>

#include "framework/train/finetune.h"

namespace ag::train {

std::vector<optim::OptimizedParameter> optimized_parameters(
    const FinetuneConfig& config, std::span<const nn::NamedTensor> parameters,
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
