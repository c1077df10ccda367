#include "launch/agpredict/trained_predictor.h"

#include <ATen/Parallel.h>
#include <fmt/format.h>

#include <algorithm>
#include <thread>

#include "tracking/database.h"
#include "tracking/query.h"
#include "tracking/tracking_config.h"

namespace ag::predict {
namespace fs = std::filesystem;
namespace {

// The best checkpoint that a run has told the database of, else its newest.
fs::path checkpoint_of_run(const std::string& id, const std::optional<std::string>& option) {
  const fs::path path = tracking::database_path(option);
  SQLite::Database database = std::move(tracking::open_for_reading(path).database);
  const tracking::Run run = tracking::find_run(database, id);
  std::vector<tracking::CheckpointEntry> saved = tracking::checkpoints(database, run);
  std::ranges::stable_sort(saved, [](const auto& a, const auto& b) {
    if (a.kind != b.kind) return a.kind == "best";
    return a.step > b.step;
  });
  for (const tracking::CheckpointEntry& entry : saved) {
    if (fs::exists(entry.path)) return entry.path;
  }
  if (saved.empty()) throw usage_error(path, fmt::format("run {} has saved no checkpoint", run.id));
  throw usage_error(
      path, fmt::format("the checkpoints of run {} are gone: {}", run.id, saved.front().path),
      "name one by --checkpoint, if they were moved");
}

}  // namespace

int thread_count(const NetworkOptions& options) {
  if (options.threads > 0) return static_cast<int>(options.threads);
  return static_cast<int>(std::max(1U, std::thread::hardware_concurrency()));
}

TrainedPredictor read_predictor(const NetworkOptions& options) {
  at::set_num_threads(thread_count(options));
  const std::string what = options.run.empty()
                               ? options.checkpoint
                               : checkpoint_of_run(options.run, options.database).string();
  launch::TrainedNetwork trained =
      launch::read_trained_network(what, options.runs, options.precision);
  TrainedPredictor read = {.checkpoint = trained.checkpoint.path(),
                           .state = trained.checkpoint.state(),
                           .title = trained.title(),
                           .size = trained.size(),
                           .margin = trained.checkpoint.state().crop_margin,
                           .predictor = nullptr};
  read.predictor = std::make_unique<deploy::Predictor>(
      std::move(trained.network),
      deploy::PredictorOptions{.fold = options.fold, .flip = options.flip});
  return read;
}

}  // namespace ag::predict
