#include "framework/train/initial_weights.h"

#include <c10/core/GradMode.h>
#include <fmt/format.h>

#include "framework/nn/weights/load_into.h"
#include "framework/nn/weights/names.h"
#include "framework/nn/weights/state_dict.h"
#include "framework/train/agreement.h"

namespace ag::train {
namespace {

InitialWeights load(nn::Network& network, const std::string& file) {
  const weights::ImportReport report =
      weights::load_into(network, weights::read_weights(file), file);
  InitialWeights initial;
  initial.lines = weights::to_lines(report);
  for (const std::string& warning : report.warnings) initial.lines.push_back("warning: " + warning);
  const std::size_t tensors = report.matched.size() + report.missing.size();
  initial.parameters = {
      {"model.weights.checksum", weights::file_checksum(file)},
      {"model.weights.format", report.format},
      {"model.weights.naming", std::string(weights::naming_title(report.naming))},
      {"model.weights.taken", fmt::format("{} of {} tensors", report.matched.size(), tensors)}};
  return initial;
}

}  // namespace

InitialWeights load_initial_weights(nn::Network& network, comm::Communicator& communicator) {
  InitialWeights initial;
  const std::optional<std::string>& file = network.config().weights;
  if (!file) return initial;
  all_or_none(communicator, [&] {
    if (communicator.world().rank == 0) initial = load(network, *file);
  });
  const c10::NoGradGuard no_grad;
  for (const nn::NamedTensor& named : weights::all_tensors(network)) {
    communicator.broadcast(named.tensor, 0);
  }
  return initial;
}

}  // namespace ag::train
