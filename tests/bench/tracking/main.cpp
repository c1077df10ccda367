// What tracking costs a training: the time of a call in the trainer's thread, the rows a second
// that reach the database, the bytes that a row takes there, and what other writers do to all
// three.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <filesystem>
#include <string>
#include <thread>
#include <vector>

#include "framework/core/text.h"
#include "tracking/database.h"
#include "tracking/query.h"
#include "tracking/sqlite_run_logger.h"

namespace {
namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

struct Options {
  fs::path folder = fs::temp_directory_path() / "bench_tracking";
  std::int64_t steps = 200'000;
  double paced_seconds = 5;
  double steps_per_second = 100;
};

struct Calls {
  std::vector<double> nanoseconds;

  double at(double quantile) {
    const auto place =
        static_cast<std::ptrdiff_t>(quantile * static_cast<double>(nanoseconds.size() - 1));
    std::ranges::nth_element(nanoseconds, nanoseconds.begin() + place);
    return nanoseconds[static_cast<std::size_t>(place)];
  }
};

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

ag::RunStart run_start() {
  ag::RunStart start;
  start.name = "bench";
  start.experiment = "bench";
  start.host = "here";
  start.steps_per_epoch = 1000;
  start.total_epochs = 1000;
  return start;
}

ag::StepRow row(std::int64_t step) {
  const double x = 1.0 / static_cast<double>(step);
  return {.step = step,
          .epoch = step / 1000 + 1,
          .loss = 3 + x,
          .lr = x,
          .seconds = 0.1 + x,
          .data_wait_seconds = x / 3,
          .comm_wait_seconds = x / 7};
}

// Logs steps, `pause` apart, and times each call.
Calls log_steps(ag::RunLogger& logger, std::int64_t steps, Clock::duration pause) {
  Calls calls;
  calls.nanoseconds.reserve(static_cast<std::size_t>(steps));
  for (std::int64_t step = 1; step <= steps; ++step) {
    const ag::StepRow next = row(step);
    const auto start = Clock::now();
    logger.step(next);
    calls.nanoseconds.push_back(seconds_since(start) * 1e9);
    if (pause.count() > 0) std::this_thread::sleep_for(pause);
  }
  return calls;
}

void report(const std::string& name, Calls calls) {
  fmt::print("{:<44} median {:>6.0f} ns   99% {:>7.0f} ns   worst {:>9.0f} ns\n", name,
             calls.at(0.5), calls.at(0.99), calls.at(1));
}

// As fast as the queue takes them: what reaches the database a second, and how large it gets.
void flood(const Options& options) {
  const fs::path database = options.folder / "flood.db";
  ag::tracking::LoggerOptions logger_options;
  logger_options.queue_rows = static_cast<std::size_t>(options.steps);
  ag::tracking::SqliteRunLogger logger(database, logger_options);
  logger.start(run_start());
  const auto start = Clock::now();
  Calls calls = log_steps(logger, options.steps, {});
  logger.finish(ag::RunStatus::kFinished, "");
  const double seconds = seconds_since(start);
  report("step(), flooded", std::move(calls));
  fmt::print(
      "{:<44} {} rows/s\n", "into the database, its close included",
      ag::with_thousands(static_cast<std::int64_t>(static_cast<double>(options.steps) / seconds)));
  fmt::print("{:<44} {:.1f} bytes\n", "a row of a step takes",
             static_cast<double>(fs::file_size(database)) / static_cast<double>(options.steps));
}

// At a training's pace; `writers` others do the same to the same database.
void paced(const Options& options, int writers) {
  const fs::path database = options.folder / fmt::format("paced_{}.db", writers);
  const auto steps = static_cast<std::int64_t>(options.paced_seconds * options.steps_per_second);
  const auto pause = std::chrono::duration_cast<Clock::duration>(
      std::chrono::duration<double>(1 / options.steps_per_second));
  const auto one_run = [&] {
    ag::tracking::SqliteRunLogger logger(database);
    logger.start(run_start());
    Calls calls = log_steps(logger, steps, pause);
    logger.finish(ag::RunStatus::kFinished, "");
    return calls;
  };
  std::vector<std::thread> others;
  for (int i = 0; i < writers; ++i) others.emplace_back(one_run);
  Calls calls = one_run();
  for (std::thread& other : others) other.join();
  report(
      fmt::format("step(), {:.0f} a second, {} other writers", options.steps_per_second, writers),
      std::move(calls));
}

void reading(const Options& options) {
  auto opened = ag::tracking::open_for_reading(options.folder / "flood.db");
  const auto start = Clock::now();
  const auto runs = ag::tracking::find_runs(opened.database);
  const auto steps = ag::tracking::steps(opened.database, runs.at(0));
  fmt::print("{:<44} {:.0f} ms\n",
             fmt::format("reading {} steps back",
                         ag::with_thousands(static_cast<std::int64_t>(steps.size()))),
             seconds_since(start) * 1e3);
}

}  // namespace

int main(int argc, char** argv) {
  Options options;
  CLI::App app("What tracking costs a training");
  app.add_option("--folder", options.folder, "where the databases go; it is removed afterwards")
      ->capture_default_str();
  app.add_option("--steps", options.steps, "rows of the flood")->capture_default_str();
  app.add_option("--seconds", options.paced_seconds, "of each paced run")->capture_default_str();
  app.add_option("--steps-per-second", options.steps_per_second, "of a paced run")
      ->capture_default_str();
  CLI11_PARSE(app, argc, argv);
  fs::remove_all(options.folder);
  fs::create_directories(options.folder);
  flood(options);
  for (const int writers : {0, 3}) paced(options, writers);
  reading(options);
  fs::remove_all(options.folder);
  return 0;
}
