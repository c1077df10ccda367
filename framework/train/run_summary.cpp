#include "framework/train/run_summary.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include <algorithm>
#include <iterator>

#include "framework/core/text.h"
#include "framework/train/precision.h"

namespace ag::train {
namespace {

constexpr double kMillion = 1e6;

std::string model_line(const Experiment& experiment, const RunPlan& plan, const comm::World& world,
                       const nn::Summary& model) {
  const std::int64_t rows = (plan.global_batch + world.size - 1) / world.size;
  const std::string& precision = experiment.train.precision;
  return fmt::format("model {}: {} parameters, {:.0f} M MACs, {}, about {} a rank", model.name,
                     with_thousands(model.trainable()),
                     static_cast<double>(model.macs()) / kMillion, precision,
                     short_bytes(nn::training_bytes(model, rows, type_of(precision))));
}

std::string data_line(const Experiment& experiment, const RunPlan& plan,
                      const data::Dataset& dataset) {
  return fmt::format("data  {}: {} train, {} val · {} in each of {}", experiment.dataset.path,
                     with_thousands(dataset.size(data::Split::kTrain)),
                     with_thousands(dataset.size(data::Split::kValidation)),
                     counted(plan.steps_per_epoch, "step"), counted(plan.epochs, "epoch"));
}

// How often an epoch of balanced order sees each picture of a band.
std::string balance_line(const Experiment& experiment, const data::Dataset& dataset) {
  const AgeBands bands = data::balance_bands(experiment.dataset);
  std::vector<std::int64_t> counts(bands.count());
  const std::int64_t pictures = dataset.size(data::Split::kTrain);
  for (std::int64_t i = 0; i < pictures; ++i) {
    ++counts[bands.of(dataset.labels(data::Split::kTrain, i).age)];
  }
  const std::int64_t met = std::ssize(counts) - std::count(counts.begin(), counts.end(), 0);
  std::vector<std::string> words;
  for (std::size_t band = 0; band < counts.size(); ++band) {
    if (counts[band] == 0) continue;
    const double times = static_cast<double>(pictures) / static_cast<double>(met * counts[band]);
    words.push_back(
        fmt::format("{} {} x{:.3g}", bands.name(band), with_thousands(counts[band]), times));
  }
  return fmt::format("order age bands alike, pictures and how often an epoch sees each: {}",
                     fmt::join(words, " · "));
}

}  // namespace

std::vector<std::string> run_summary(const Experiment& experiment, const RunPlan& plan,
                                     const std::string& run_id,
                                     const comm::Communicator& communicator,
                                     const data::Dataset& dataset, const nn::Summary& model) {
  const comm::World& world = communicator.world();
  std::vector<std::string> lines = {
      fmt::format("run   {} {} · {} on {} ({}) · global batch {}", run_id, experiment.name,
                  counted(world.size, "rank"), counted(world.hosts, "host"), communicator.name(),
                  plan.global_batch),
      model_line(experiment, plan, world, model), data_line(experiment, plan, dataset)};
  if (experiment.dataset.balance == "age_band") lines.push_back(balance_line(experiment, dataset));
  if (dataset.size(data::Split::kValidation) == 0) {
    lines.emplace_back(
        "note: without validation pictures there are no val/ metrics and no best.safetensors; "
        "agprep's --val 0.2 sets some apart");
  }
  return lines;
}

std::string oversubscription_note(const comm::World& world) {
  const long processors = ::sysconf(_SC_NPROCESSORS_ONLN);
  if (processors <= 0 || world.local_size <= processors) return "";
  return fmt::format(
      "note: {} ranks share {} on this host (oversubscribed): it works, but no faster than {}",
      world.local_size, counted(processors, "core"), counted(processors, "rank"));
}

}  // namespace ag::train
