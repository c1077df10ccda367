#include "tests/e2e/agtrack/fake_runs.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <vector>

#include "framework/core/atomic_file.h"
#include "framework/core/philox.h"

namespace ag::test {
namespace {
namespace fs = std::filesystem;

// Guesses of a set like the real one: the median age's error, the more frequent gender's share.
constexpr double kGuessMae = 12.42;
constexpr double kGuessGender = 0.571;

RunStart start_of(const FakeRun& run) {
  RunStart start;
  start.name = run.name;
  start.experiment = run.experiment;
  start.config_yaml =
      fmt::format("name: {}\nseed: {}\nmodel: {{width: {}}}\n", run.name, run.seed, run.width);
  start.parameters = {{"name", run.name},
                      {"seed", fmt::format("{}", run.seed)},
                      {"dataset.path", "data/imdb"},
                      {"dataset.size", "64"},
                      {"model.name", "mobilenet_v1"},
                      {"model.width", fmt::format("{:.2f}", run.width)},
                      {"model.dropout", "0.5"},
                      {"optimizer.name", "sgd"},
                      {"optimizer.lr", fmt::format("{}", run.lr)},
                      {"optimizer.momentum", "0.9"},
                      {"schedule.name", "one_cycle"},
                      {"train.epochs", fmt::format("{}", run.epochs)},
                      {"train.global_batch_size", "64"}};
  start.dataset_hash = "c0ffee254729296a45a3885639ac7e10";
  start.host = "workstation";
  start.program_version = "0.1.0";
  start.ranks = 2;
  start.total_epochs = run.epochs;
  start.steps_per_epoch = run.steps_per_epoch;
  return start;
}

// How far the run has learned after `progress` of its epochs: 0 to 1, slower for narrow networks.
double learned(const FakeRun& run, double progress) {
  const double speed = 2.2 * std::pow(run.width, 0.3);
  return 1 - std::exp(-speed * progress * (0.6 + progress));
}

class Noise {
 public:
  explicit Noise(std::uint64_t seed) : stream_({.seed = seed, .purpose = Purpose::kSample}) {}
  double around(double value, double deviation) { return value + deviation * stream_.normal(); }

 private:
  RandomStream stream_;
};

void log_epoch(RunLogger& logger, const FakeRun& run, std::int64_t epoch, Noise& noise) {
  const double total = static_cast<double>(run.epochs * run.steps_per_epoch);
  const std::int64_t last = epoch * run.steps_per_epoch;
  for (std::int64_t step = last - run.steps_per_epoch + 1; step <= last; ++step) {
    const double progress = static_cast<double>(step) / total;
    const double lr = run.lr * std::sin(std::numbers::pi * std::min(progress + 0.05, 1.0));
    logger.step({.step = step,
                 .epoch = epoch,
                 .loss = noise.around(5.3 - 2.2 * learned(run, progress), 0.15),
                 .lr = std::abs(lr),
                 .seconds = noise.around(0.41, 0.01),
                 .data_wait_seconds = 0.001,
                 .comm_wait_seconds = noise.around(0.012, 0.001)});
  }
  const double done = learned(run, static_cast<double>(epoch) / static_cast<double>(run.epochs));
  const auto metric = [&](const std::string& name, double value) {
    return MetricRow{epoch, last, name, value};
  };
  const std::vector<MetricRow> rows = {
      metric("train/loss", noise.around(5.3 - 2.25 * done, 0.03)),
      metric("train/age_mae", noise.around(kGuessMae - 6.1 * done, 0.1)),
      metric("train/gender_accuracy", noise.around(kGuessGender + 0.28 * done, 0.004)),
      metric("val/loss", noise.around(5.3 - 1.75 * done, 0.06)),
      metric("val/age_loss", noise.around(4.6 - 1.5 * done, 0.05)),
      metric("val/gender_loss", noise.around(0.7 - 0.25 * done, 0.01)),
      metric("val/age_mae", noise.around(kGuessMae - 4.9 * done, 0.2)),
      metric("val/age_cs5", noise.around(0.28 + 0.22 * done, 0.008)),
      metric("val/gender_accuracy", noise.around(kGuessGender + 0.225 * done, 0.008)),
      metric("system/images_per_second", noise.around(156 / std::pow(run.width, 1.4), 2)),
      metric("val/guess_age_mae", kGuessMae),
      metric("val/guess_gender_accuracy", kGuessGender),
  };
  logger.metrics(rows);
}

}  // namespace

std::string log_fake_run(const fs::path& database, const FakeRun& run,
                         const tracking::LoggerOptions& options) {
  tracking::SqliteRunLogger logger(database, options);
  std::string id = logger.start(start_of(run));
  Noise noise(run.seed);
  for (std::int64_t epoch = 1; epoch <= run.epochs_done; ++epoch) {
    log_epoch(logger, run, epoch, noise);
  }
  if (run.checkpoints) {
    const std::int64_t step = run.epochs_done * run.steps_per_epoch;
    for (const char* kind : {"last", "best"}) {
      const fs::path file = *run.checkpoints / id / fmt::format("{}.safetensors", kind);
      write_file_atomically(file, "stands in for a checkpoint");
      logger.checkpoint(file, step, kind);
    }
  }
  if (run.status != RunStatus::kRunning) logger.finish(run.status, run.reason);
  return id;
}

}  // namespace ag::test
