#include "tests/e2e/sweep/sweep_fixture.h"

#include <SQLiteCpp/SQLiteCpp.h>
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <fstream>
#include <thread>

#include "framework/core/atomic_file.h"

namespace ag::test {
namespace fs = std::filesystem;
namespace {

constexpr int kTriesForProcessesToEnd = 200;
constexpr std::chrono::milliseconds kBetweenTries{100};

std::vector<std::string> processes_naming(const std::string& text) {
  std::vector<std::string> found;
  for (const fs::directory_entry& entry : fs::directory_iterator("/proc")) {
    const std::string name = entry.path().filename();
    if (!std::all_of(name.begin(), name.end(), ::isdigit)) continue;
    if (name == std::to_string(::getpid())) continue;
    std::ifstream in(entry.path() / "cmdline");
    const std::string line{std::istreambuf_iterator<char>(in), {}};
    if (line.find(text) != std::string::npos) found.push_back(line);
  }
  return found;
}

fs::path newest_step(const fs::path& folder) {
  fs::path newest;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder)) {
    const std::string name = entry.path().filename();
    if (name.starts_with("step-")) newest = std::max(newest, entry.path());
  }
  return newest;
}

}  // namespace

void SweepTest::write_sweep(int epochs, const std::string& more) const {
  std::ofstream(folder() / "sweep.yaml") << fmt::format(
      "name: grid\n"
      "base: tiny.yaml\n"
      "parameters:\n"
      "  model.width: {{values: [0.25, 0.5]}}\n"
      "  optimizer.lr: {{values: [0.001, 0.002, 0.004]}}\n"
      "set: {{train.epochs: {}, checkpoint.every_steps: 0, checkpoint.keep_last: 2}}\n"
      "{}",
      epochs, more);
}

std::string SweepTest::agsweep(const std::string& arguments) const {
  return fmt::format("bash -c '. {}/launch/env.sh; cd {}; exec {}/bin/agsweep {}'", AG_SOURCE_DIR,
                     folder().string(), AG_BINARY_DIR, arguments);
}

Ended SweepTest::sweep(const std::string& arguments, double seconds) const {
  return run(agsweep(arguments), folder(), seconds);
}

std::map<std::string, nlohmann::json> SweepTest::status() const {
  const Ended ended = sweep("status grid --json");
  EXPECT_EQ(ended.code, 0) << ended.output;
  const nlohmann::json told = nlohmann::json::parse(ended.output);
  std::map<std::string, nlohmann::json> trials;
  for (const nlohmann::json& trial : told.at("trials")) {
    trials[trial.at("id")] = trial;
  }
  return trials;
}

std::vector<SweepTest::TrackedRun> SweepTest::runs() const {
  SQLite::Database database((folder() / "runs/tracking.db").string());
  SQLite::Statement rows(database,
                         "SELECT id, name, status, config, coalesce((SELECT max(epoch) FROM metric "
                         "WHERE metric.run = run.key), 0) FROM run ORDER BY id");
  std::vector<TrackedRun> found;
  while (rows.executeStep()) {
    found.push_back({.id = rows.getColumn(0).getString(),
                     .name = rows.getColumn(1).getString(),
                     .status = rows.getColumn(2).getString(),
                     .epochs = rows.getColumn(4).getInt64(),
                     .config = rows.getColumn(3).getString()});
  }
  return found;
}

double SweepTest::metric(const std::string& run, const std::string& name) const {
  SQLite::Database database((folder() / "runs/tracking.db").string());
  SQLite::Statement query(database,
                          "SELECT value FROM metric JOIN metric_name ON metric.name = "
                          "metric_name.key JOIN run ON metric.run = run.key WHERE run.id = ? AND "
                          "metric_name.name = ? ORDER BY step DESC LIMIT 1");
  query.bind(1, run);
  query.bind(2, name);
  if (!query.executeStep()) throw std::runtime_error("no " + name + " of " + run);
  return query.getColumn(0).getDouble();
}

Safetensors SweepTest::last_checkpoint(const std::string& run) const {
  return Safetensors::read(newest_step(folder() / "runs" / run), Checksum::kRequired);
}

std::vector<std::string> SweepTest::processes_left() const {
  std::vector<std::string> left;
  for (int i = 0; i < kTriesForProcessesToEnd; ++i) {
    left = processes_naming(folder().string());
    if (left.empty()) break;
    std::this_thread::sleep_for(kBetweenTries);
  }
  return left;
}

void SweepTest::expect_undisturbed_bits(const TrackedRun& tracked, int ranks) const {
  const fs::path config = folder() / "undisturbed.yaml";
  write_file_atomically(config, tracked.config);
  const Ended ended =
      run(fmt::format("bash -c '. {0}/launch/env.sh; cd {1}; exec mpirun -np {2} {3}/bin/agtrain "
                      "{4} checkpoint.directory={1}/undisturbed "
                      "tracking.database={1}/undisturbed/t.db --run {5}'",
                      AG_SOURCE_DIR, folder().string(), ranks, AG_BINARY_DIR, config.string(),
                      tracked.id),
          folder());
  ASSERT_EQ(ended.code, 0) << ended.output;
  const Safetensors whole =
      Safetensors::read(newest_step(folder() / "undisturbed" / tracked.id), Checksum::kRequired);
  EXPECT_THAT(different_tensors(last_checkpoint(tracked.id), whole), testing::IsEmpty())
      << tracked.name;
}

}  // namespace ag::test
