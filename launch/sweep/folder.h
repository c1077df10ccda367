// A sweep's folder: what is to be run, what has happened, and who runs it.
//
//   runs/sweeps/width_by_size/sweep.json      the plan
//   runs/sweeps/width_by_size/base-….yaml     the base experiment, resolved, by its hash
//   runs/sweeps/width_by_size/journal.jsonl   a line for each thing that happened to a trial
//   runs/sweeps/width_by_size/logs/ID.log     what agtrain printed, one try below the other
//   runs/sweeps/width_by_size/runner          locked by whoever runs the sweep; its process
//   runs/tracking.db.claims/ID                beside the database: locked by whoever runs the trial
//
// Locks are the kernel's, on open files (fcntl's F_OFD_SETLK): they end with the last process that
// has the file open, however it ends, and hold over NFS.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "framework/core/descriptor.h"
#include "launch/sweep/plan.h"

namespace ag::sweep {

// A file that one process at a time holds. Descendants that were given its descriptor hold it, too.
class FileLock {
 public:
  // None where another process holds it. Makes the file. Throws Error where that can't be done.
  static std::optional<FileLock> take(const std::filesystem::path& path);
  static bool is_held(const std::filesystem::path& path);

  int descriptor() const { return file_.get(); }
  void write(const std::string& text) const;  // in place of what the file says

 private:
  explicit FileLock(Descriptor file) : file_(std::move(file)) {}
  Descriptor file_;
};

// One thing that happened to a trial; or, without one, kBegin: somebody began or resumed the sweep,
// whereby failures of before are forgiven. A line of the journal each, with an empty one before it:
//
//   {"time":1764380866.1,"event":"begin","trial":""}
//   {"time":1764380866.9,"event":"start","trial":"3f2a90c1d4e7","job":"123_4"}  (job: on Slurm)
//   {"time":1764381034.2,"event":"prune","trial":"3f2a90c1d4e7","epoch":9}
//   {"time":1764381035.0,"event":"end","trial":"3f2a90c1d4e7","code":75}
struct JournalEntry {
  enum class Kind { kBegin, kStart, kEnd, kPrune };
  Kind kind = Kind::kStart;
  std::string trial;
  double time = 0;
  int code = 0;            // kEnd: exit code, or 128 and the signal
  std::int64_t epoch = 0;  // kPrune
  std::string job;         // kStart, on Slurm: its job's id, "123_4"
};

// Where the lock on a trial is: one for all sweeps of a database, as they share their trials.
std::filesystem::path claim_file(const Plan& plan, const Trial& trial);

class SweepFolder {
 public:
  explicit SweepFolder(std::filesystem::path path) : path_(std::move(path)) {}
  // The folder of a sweep of that configuration.
  static SweepFolder of(const SweepConfig& config);
  // The folder that `what` names: itself, a sweep's file, or a name in runs/sweeps. Throws a usage
  // Error where there is none.
  static SweepFolder find(const std::string& what);

  const std::filesystem::path& path() const { return path_; }
  std::filesystem::path base_file(const Plan& plan) const;
  std::filesystem::path log_file(const std::string& trial) const;

  // Writes what the sweep is, in place of what it was.
  void save(const Plan& plan) const;
  Plan load() const;

  // The lock on the whole sweep. Throws a usage Error where another process has it.
  FileLock take() const;
  // The process on this machine that has it; none where nobody has, or somebody elsewhere.
  std::optional<int> runner() const;

  // Adds a line, whole whoever else adds one at the same time.
  void append(const JournalEntry& entry) const;
  // Every line, but for one that a crash cut and events of a later version.
  std::vector<JournalEntry> journal() const;

 private:
  std::filesystem::path path_;
};

}  // namespace ag::sweep
