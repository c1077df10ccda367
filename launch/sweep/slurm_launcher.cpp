#include "launch/sweep/slurm_launcher.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <fstream>
#include <map>
#include <optional>
#include <set>
#include <sstream>
#include <vector>

#include "framework/core/atomic_file.h"
#include "framework/core/xxh3.h"
#include "launch/sweep/job.h"
#include "launch/sweep/live_view.h"
#include "launch/sweep/shell.h"
#include "launch/sweep/trial_run.h"
#include "launch/sweep/watch.h"

namespace ag::sweep {
namespace fs = std::filesystem;
namespace {

constexpr std::chrono::milliseconds kQueuePause{2000};
// Slurm's own default limit for an array's numbers is 1,001.
constexpr std::size_t kMostTasks = 1000;

fs::path submissions(const SweepFolder& folder) {
  return folder.path() / "submissions";
}

// "NAME.HASH.", what the names of its jobs begin with.
std::string job_prefix(const Plan& plan, const SweepFolder& folder) {
  return fmt::format("{}.{}.", plan.config.name, hex(xxh3(folder.path().native())).substr(0, 8));
}

int next_number(const SweepFolder& folder) {
  int last = 0;
  std::error_code none;
  for (const auto& entry : fs::directory_iterator(submissions(folder), none)) {
    last = std::max(last, std::atoi(entry.path().stem().c_str()));
  }
  return last + 1;
}

std::vector<std::string> read_lines(const fs::path& path) {
  std::vector<std::string> lines;
  std::ifstream in(path);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

std::string script_of(const Plan& plan, const SweepFolder& folder, const fs::path& trials) {
  const std::optional<std::string>& setup = plan.config.launcher.slurm.setup;
  const std::vector<std::string> words = {sibling_program("agsweep").string(), "trial",
                                          folder.path().string(), trials.string()};
  return fmt::format("#!/bin/bash\n{}exec {} \"$SLURM_ARRAY_TASK_ID\"\n",
                     setup ? *setup + "\n" : "", shell_line(words));
}

std::vector<std::string> sbatch_line(const Plan& plan, const SweepFolder& folder, int number,
                                     std::size_t tasks) {
  const LauncherConfig& launcher = plan.config.launcher;
  const SlurmConfig& slurm = launcher.slurm;
  std::vector<std::string> words = {
      "sbatch",
      "--parsable",
      fmt::format("--job-name={}{}", job_prefix(plan, folder), number),
      fmt::format("--array=0-{}{}", tasks - 1,
                  launcher.slots > 0 ? fmt::format("%{}", launcher.slots) : ""),
      fmt::format("--ntasks={}", launcher.ranks),
      "--requeue",
      "--open-mode=append",
      fmt::format("--signal=B:USR1@{}", slurm.signal_seconds),
      "--chdir=" + plan.working_folder,
      "--output=" + (folder.path() / "logs" / "slurm-%A_%a.out").string()};
  if (slurm.partition) words.push_back("--partition=" + *slurm.partition);
  if (slurm.account) words.push_back("--account=" + *slurm.account);
  if (slurm.time) words.push_back("--time=" + *slurm.time);
  words.insert(words.end(), slurm.options.begin(), slurm.options.end());
  words.push_back((submissions(folder) / fmt::format("{}.sh", number)).string());
  return words;
}

// Returns the array's job id.
std::string submit(const Plan& plan, const SweepFolder& folder,
                   const std::vector<std::string>& trials) {
  const int number = next_number(folder);
  const fs::path list = submissions(folder) / fmt::format("{}.txt", number);
  const fs::path script = submissions(folder) / fmt::format("{}.sh", number);
  write_file_atomically(list, fmt::format("{}\n", fmt::join(trials, "\n")));
  write_file_atomically(script, script_of(plan, folder, list));
  const ShellAnswer answer = ask_shell(sbatch_line(plan, folder, number, trials.size()));
  if (answer.code != 0) {
    throw usage_error("sbatch", "Slurm refused the jobs: " + answer.output,
                      "see launcher.slurm in the sweep's file: partition, account, time, options");
  }
  return answer.output;
}

// A task of the sweep in the queue.
struct QueuedTask {
  std::string job;     // "123_4"
  std::string reason;  // why it waits, as Slurm has it: "Priority"
};

// A line of squeue's: "123_4|Priority|NAME.HASH.3". None where it isn't a task of that sweep.
struct QueueLine {
  QueuedTask queued;
  std::size_t task = 0;
  int submission = 0;
};

std::optional<QueueLine> queue_line(const std::string& line, const std::string& prefix) {
  const std::size_t first = line.find('|');
  const std::size_t second = line.rfind('|');
  if (first == second) return std::nullopt;
  const std::string job = line.substr(0, first);
  const std::string name = line.substr(second + 1);
  const std::size_t underscore = job.find('_');
  if (underscore == std::string::npos || !name.starts_with(prefix)) return std::nullopt;
  return QueueLine{.queued = {job, line.substr(first + 1, second - first - 1)},
                   .task = std::strtoul(job.c_str() + underscore + 1, nullptr, 10),
                   .submission = std::atoi(name.c_str() + prefix.size())};
}

// By the trial's id. Throws Error where the controller doesn't answer.
std::map<std::string, QueuedTask> queued_trials(const Plan& plan, const SweepFolder& folder) {
  // Without states squeue tells of what waits, runs or is ending.
  const ShellAnswer answer =
      ask_shell({"squeue", "--noheader", "--array", "--me", "--format=%i|%r|%j"});
  if (answer.code != 0) throw Error("squeue", answer.output, "is Slurm's controller up?");
  std::map<std::string, QueuedTask> queued;
  std::map<int, std::vector<std::string>> lists;
  std::istringstream lines(answer.output);
  for (std::string line; std::getline(lines, line);) {
    const std::optional<QueueLine> task = queue_line(line, job_prefix(plan, folder));
    if (!task) continue;
    const auto [list, is_new] = lists.try_emplace(task->submission);
    if (is_new) {
      list->second = read_lines(submissions(folder) / fmt::format("{}.txt", task->submission));
    }
    if (task->task < list->second.size()) queued[list->second[task->task]] = task->queued;
  }
  return queued;
}

std::vector<std::string> trials_to_submit(const Plan& plan, const SweepFolder& folder,
                                          const Watch& watch) {
  const std::map<std::string, QueuedTask> queued = queued_trials(plan, folder);
  std::set<std::string> planned;
  std::vector<std::string> trials;
  for (std::size_t i = 0; i < watch.size(); ++i) {
    const std::string& id = plan.trials[i].id;
    planned.insert(id);
    const bool runs = FileLock::is_held(claim_file(plan, plan.trials[i]));
    if (!is_over(watch.view(i).state) && !runs && !queued.contains(id)) trials.push_back(id);
  }
  for (const auto& [id, task] : queued) {
    if (planned.contains(id)) continue;
    throw usage_error(
        folder.path(),
        fmt::format("Slurm's queue has job {} of an earlier form of this sweep", task.job),
        "end it with agsweep stop, or give this one another name");
  }
  return trials;
}

// Tells once of each reason that doesn't go away by itself.
void tell_reasons(const std::map<std::string, QueuedTask>& queued, LiveView& view,
                  std::set<std::string>& told) {
  static const std::set<std::string> usual = {
      "None", "Priority", "Resources", "BeginTime", "Dependency", "JobArrayTaskLimit", "Cleaning"};
  for (const auto& [id, task] : queued) {
    if (usual.contains(task.reason) || !told.insert(task.reason).second) continue;
    view.line(fmt::format("job {} waits: Slurm says {}", task.job, task.reason));
  }
}

// Tells once of each trial that is over.
void tell_ends(const Plan& plan, const Watch& watch, LiveView& view, std::set<std::size_t>& told) {
  for (std::size_t i = 0; i < watch.size(); ++i) {
    if (is_over(watch.view(i).state) && told.insert(i).second)
      view.line(end_line(plan, plan.trials[i], watch.view(i)));
  }
}

}  // namespace

void require_slurm() {
  const ShellAnswer version = ask_shell({"sbatch", "--version"});
  if (version.code != 0) {
    throw usage_error("launcher.name", "there is no Slurm here: sbatch can't be run",
                      "run agsweep on the cluster's login node, or with launcher.name=local");
  }
  const ShellAnswer ping = ask_shell({"scontrol", "ping"});
  if (ping.code == 0 && ping.output.find("UP") != std::string::npos) return;
  throw usage_error("launcher.name", "Slurm's controller doesn't answer: " + ping.output,
                    "ask whoever runs the cluster, or try again later");
}

std::string submission_text(const Plan& plan, const SweepFolder& folder) {
  const int number = next_number(folder);
  return fmt::format(
      "{}\n\n{}",
      shell_line(sbatch_line(plan, folder, number, std::min(plan.trials.size(), kMostTasks))),
      script_of(plan, folder, submissions(folder) / fmt::format("{}.txt", number)));
}

std::size_t cancel_on_slurm(const Plan& plan, const SweepFolder& folder) {
  const std::map<std::string, QueuedTask> queued = queued_trials(plan, folder);
  if (queued.empty()) return 0;
  std::vector<std::string> words = {"scancel"};
  for (const auto& [trial, task] : queued) words.push_back(task.job);
  const ShellAnswer answer = ask_shell(words);
  if (answer.code != 0) throw Error("scancel", answer.output, "see squeue --me");
  return queued.size();
}

void submit_to_slurm(const Plan& plan, const SweepFolder& folder) {
  folder.append({.kind = JournalEntry::Kind::kBegin});
  Watch watch(plan, folder);
  watch.read_all();
  const std::vector<std::string> trials = trials_to_submit(plan, folder, watch);
  for (std::size_t from = 0; from < trials.size(); from += kMostTasks) {
    const auto begin = trials.begin() + static_cast<std::ptrdiff_t>(from);
    const auto end =
        begin + static_cast<std::ptrdiff_t>(std::min(kMostTasks, trials.size() - from));
    const std::string job = submit(plan, folder, {begin, end});
    fmt::print("job {}: {} trials\n", job, end - begin);
  }
}

ExitCode show_on_slurm(const Plan& plan, const SweepFolder& folder, const BlockedSignals& signals,
                       report::ColourChoice colour) {
  Watch watch(plan, folder);
  const std::int64_t slots = plan.config.launcher.slots;
  LiveView view(plan, slots > 0 ? static_cast<std::size_t>(slots) : watch.size(), colour);
  std::set<std::size_t> ends;
  std::set<std::string> reasons;
  bool answered = true;
  while (true) {
    std::optional<std::map<std::string, QueuedTask>> queued;
    try {
      queued = queued_trials(plan, folder);
      tell_reasons(*queued, view, reasons);
    } catch (const Error&) {
      if (answered) view.line("Slurm's controller doesn't answer; jobs that run go on");
    }
    answered = queued.has_value();
    watch.read_all();
    tell_ends(plan, watch, view, ends);
    view.update(watch);
    if (queued && queued->empty()) return tell_outcome(watch, view, folder);
    if (signals.wait(kQueuePause) != 0) {
      view.line(
          fmt::format("the jobs go on; agsweep status {0} shows them, agsweep stop {0} ends "
                      "them",
                      plan.config.name));
      return ExitCode::kStopped;
    }
  }
}

}  // namespace ag::sweep
