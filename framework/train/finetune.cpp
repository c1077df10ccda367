#include "framework/train/finetune.h"

#include <fmt/format.h>

#include <algorithm>

#include "framework/core/error.h"

namespace ag::train {

std::optional<std::int64_t> first_epoch(const FinetuneConfig& config, int stage) {
  if (stage == nn::kHeadStage || stage >= config.frozen_stages) return 0;
  if (!config.unfreeze_epoch) return std::nullopt;
  const std::int64_t thawed_before = config.frozen_stages - 1 - stage;
  return *config.unfreeze_epoch + thawed_before * config.unfreeze_every;
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

}  // namespace ag::train
