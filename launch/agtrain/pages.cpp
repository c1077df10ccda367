#include "launch/agtrain/pages.h"

#include "framework/config/config_reader.h"
#include "framework/config/describe.h"
#include "framework/kernels/cpu/choice.h"
#include "framework/nn/catalogue.h"
#include "framework/train/profile.h"
#include "launch/experiment/agtrain_config.h"

namespace ag::launch {
namespace {

std::string keys() {
  AgtrainConfig config;
  return config::help_text(config::visit_of(config));
}

std::string summary_of(const AgtrainOptions& options) {
  const train::Experiment experiment =
      load_experiment(options.experiment, options.assignments).experiment;
  return nn::to_text(train::make_network(experiment)->summary());
}

std::string profile_of(const AgtrainOptions& options) {
  const train::Experiment experiment =
      load_experiment(options.experiment, options.assignments).experiment;
  kernels::cpu::choose_kernels_of_environment();
  return train::profile(experiment, /*ranks=*/1);
}

}  // namespace

std::optional<std::string> page_asked_for(const AgtrainOptions& options) {
  if (options.help_config) return keys();
  if (options.list_models) return nn::to_text(nn::catalogue());
  if (options.summary) return summary_of(options);
  if (options.profile) return profile_of(options);
  return std::nullopt;
}

}  // namespace ag::launch
