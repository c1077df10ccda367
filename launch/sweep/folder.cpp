#include "launch/sweep/folder.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string_view>
#include <utility>

#include "framework/core/atomic_file.h"
#include "framework/core/error.h"
#include "framework/core/xxh3.h"
#include "launch/sweep/plan_file.h"
#include "tracking/process.h"
#include "tracking/row.h"

namespace ag::sweep {
namespace fs = std::filesystem;
namespace {

using Json = nlohmann::ordered_json;

constexpr const char* kPlanFile = "sweep.json";
constexpr const char* kRunnerFile = "runner";
// By JournalEntry::Kind.
constexpr std::array<std::string_view, 4> kKinds = {"begin", "start", "end", "prune"};

struct flock whole_file() {
  struct flock lock {};
  lock.l_type = F_WRLCK;
  lock.l_whence = SEEK_SET;
  return lock;
}

std::optional<JournalEntry> entry_of(const std::string& line) {
  const Json json = Json::parse(line, nullptr, /*allow_exceptions=*/false);
  if (!json.is_object()) return std::nullopt;
  const auto kind = std::ranges::find(kKinds, json.value("event", ""));
  if (kind == kKinds.end()) return std::nullopt;  // of a later version
  JournalEntry entry;
  entry.kind = static_cast<JournalEntry::Kind>(kind - kKinds.begin());
  entry.trial = json.value("trial", "");
  entry.time = json.value("time", 0.0);
  entry.code = json.value("code", 0);
  entry.epoch = json.value("epoch", std::int64_t{0});
  entry.job = json.value("job", "");
  return entry;
}

}  // namespace

std::optional<FileLock> FileLock::take(const fs::path& path) {
  fs::create_directories(path.parent_path());
  Descriptor file = open_or_throw(path, O_RDWR | O_CREAT);
  struct flock lock = whole_file();
  if (::fcntl(file.get(), F_OFD_SETLK, &lock) == 0) return FileLock(std::move(file));
  if (errno != EAGAIN && errno != EACCES) throw system_error("lock", path);
  return std::nullopt;
}

bool FileLock::is_held(const fs::path& path) {
  const Descriptor file = open_file(path, O_RDWR);
  if (!file.valid()) return false;
  struct flock lock = whole_file();
  return ::fcntl(file.get(), F_OFD_GETLK, &lock) == 0 && lock.l_type != F_UNLCK;
}

void FileLock::write(const std::string& text) const {
  if (::ftruncate(descriptor(), 0) != 0 ||
      ::pwrite(descriptor(), text.data(), text.size(), 0) != static_cast<ssize_t>(text.size())) {
    throw system_error("write", "the sweep's runner file");
  }
}

SweepFolder SweepFolder::of(const SweepConfig& config) {
  return SweepFolder(fs::absolute(fs::path(config.directory) / config.name));
}

SweepFolder SweepFolder::find(const std::string& what) {
  const auto holds_one = [](const fs::path& path) { return fs::exists(path / kPlanFile); };
  if (holds_one(what)) return SweepFolder(fs::absolute(what));
  const fs::path by_name = fs::path(SweepConfig().directory) / what;
  if (holds_one(by_name)) return SweepFolder(fs::absolute(by_name));
  if (fs::is_regular_file(what)) {
    SweepFolder folder = of(load_sweep(what));
    if (holds_one(folder.path())) return folder;
    throw usage_error(what, "this sweep has not been run here", "begin it: agsweep run " + what);
  }
  throw usage_error(what,
                    fmt::format("there is no such sweep here or in {}", SweepConfig().directory),
                    "name a sweep's folder or its file, or begin one with agsweep run FILE");
}

fs::path claim_file(const Plan& plan, const Trial& trial) {
  return fs::path(plan.database + ".claims") / trial.id;
}

fs::path SweepFolder::base_file(const Plan& plan) const {
  return path_ / fmt::format("base-{}.yaml", hex(xxh3(plan.base_yaml)));
}

fs::path SweepFolder::log_file(const std::string& trial) const {
  return path_ / "logs" / (trial + ".log");
}

void SweepFolder::save(const Plan& plan) const {
  fs::create_directories(path_ / "logs");
  write_file_atomically(base_file(plan), plan.base_yaml);
  write_file_atomically(path_ / kPlanFile, to_json(plan));
}

Plan SweepFolder::load() const {
  return plan_from_json(read_file(path_ / kPlanFile), (path_ / kPlanFile).string());
}

FileLock SweepFolder::take() const {
  std::optional<FileLock> lock = FileLock::take(path_ / kRunnerFile);
  if (!lock) {
    throw usage_error(path_, "this sweep is being run already",
                      "look at it with agsweep status, or end it with agsweep stop");
  }
  lock->write(fmt::format("{} {}\n", ::getpid(), tracking::process_identity()));
  return std::move(*lock);
}

std::optional<int> SweepFolder::runner() const {
  if (!FileLock::is_held(path_ / kRunnerFile)) return std::nullopt;
  std::ifstream in(path_ / kRunnerFile);
  int process = 0;
  std::string identity;
  in >> process >> std::ws;
  std::getline(in, identity);
  if (tracking::process_alive(identity) != true) return std::nullopt;
  return process;
}

void SweepFolder::append(const JournalEntry& entry) const {
  Json json = {{"time", tracking::now_seconds()},
               {"event", kKinds[static_cast<std::size_t>(entry.kind)]},
               {"trial", entry.trial}};
  if (entry.kind == JournalEntry::Kind::kEnd) json["code"] = entry.code;
  if (entry.kind == JournalEntry::Kind::kPrune) json["epoch"] = entry.epoch;
  if (!entry.job.empty()) json["job"] = entry.job;
  // It begins with a line's end, so that it stands alone whatever a crash left before it.
  const std::string line = fmt::format("\n{}\n", json.dump());
  const fs::path path = path_ / "journal.jsonl";
  const Descriptor file = open_or_throw(path, O_WRONLY | O_CREAT | O_APPEND);
  const ssize_t written = ::write(file.get(), line.data(), line.size());
  if (written != static_cast<ssize_t>(line.size())) throw system_error("write", path);
}

std::vector<JournalEntry> SweepFolder::journal() const {
  std::vector<JournalEntry> entries;
  std::ifstream in(path_ / "journal.jsonl");
  for (std::string line; std::getline(in, line);) {
    if (line.empty()) continue;
    if (std::optional<JournalEntry> entry = entry_of(line)) entries.push_back(std::move(*entry));
  }
  return entries;
}

}  // namespace ag::sweep
