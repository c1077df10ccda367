#include "launch/sweep/slurm_launcher.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <optional>
#include <sstream>
#include <vector>

#include "framework/core/atomic_file.h"
#include "launch/sweep/job.h"
#include "launch/sweep/live_view.h"
#include "launch/sweep/shell.h"
#include "launch/sweep/signals.h"
#include "launch/sweep/watch.h"

namespace ag::sweep {
namespace fs = std::filesystem;
namespace {

constexpr std::chrono::milliseconds kLookPause{2000};
// Slurm's own default limit for an array's numbers is 1,001.
constexpr std::size_t kMostTasks = 1000;

fs::path submissions(const SweepFolder& folder) {
  return folder.path() / "submissions";
}

std::string job_name(const Plan& plan, int number) {
  return fmt::format("{}.{}", plan.config.name, number);
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
      "--job-name=" + job_name(plan, number),
      fmt::format("--array=0-{}{}", tasks - 1,
                  launcher.slots > 0 ? fmt::format("%{}", launcher.slots) : ""),
      fmt::format("--ntasks={}", launcher.ranks),
      "--requeue",
      "--open-mode=append",
      fmt::format("--signal=B:USR1@{}", slurm.signal_seconds),
      "--chdir=" + fs::current_path().string(),
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
    fs::remove(list);
    fs::remove(script);
    throw usage_error("sbatch", "Slurm refused the jobs: " + answer.output,
                      "see launcher.slurm in the sweep's file: partition, account, time, options");
  }
  return answer.output;
}

// A line of squeue's: "123_4|RUNNING|width_by_size.3".
struct QueueLine {
  std::string job, state;
  std::size_t task = 0;
  int submission = 0;
};

// None where it isn't a task of that sweep.
std::optional<QueueLine> queue_line(const std::string& line, const std::string& sweep) {
  const std::size_t first = line.find('|');
  const std::size_t second = line.find('|', first + 1);
  if (second == std::string::npos) return std::nullopt;
  QueueLine task{.job = line.substr(0, first), .state = line.substr(first + 1, second - first - 1)};
  const std::string name = line.substr(second + 1);
  const std::size_t underscore = task.job.find('_');
  if (underscore == std::string::npos || !name.starts_with(sweep + ".")) return std::nullopt;
  task.task = std::strtoul(task.job.c_str() + underscore + 1, nullptr, 10);
  task.submission = std::atoi(name.c_str() + sweep.size() + 1);
  return task.submission > 0 ? std::optional(task) : std::nullopt;
}

bool is_submittable(TrialState state) {
  return state == TrialState::kWaiting || state == TrialState::kStopped;
}

std::vector<std::string> trials_to_submit(const Plan& plan, const SweepFolder& folder,
                                          const Watch& watch) {
  const std::map<std::string, QueuedTrial> queued = queued_trials(plan, folder);
  std::vector<std::string> trials;
  for (std::size_t i = 0; i < watch.size(); ++i) {
    const std::string& id = plan.trials[i].id;
    if (is_submittable(watch.view(i).state) && !queued.contains(id)) trials.push_back(id);
  }
  return trials;
}

// None where the controller doesn't answer just now.
std::optional<std::size_t> tasks_in_queue(const Plan& plan, const SweepFolder& folder) {
  try {
    return queued_trials(plan, folder).size();
  } catch (const Error&) {
    return std::nullopt;
  }
}

ExitCode show_until_done(const Plan& plan, const SweepFolder& folder, Watch& watch) {
  LiveView view(plan,
                std::max<std::size_t>(1, static_cast<std::size_t>(plan.config.launcher.slots)));
  const BlockedSignals signals;
  bool answered = true;
  while (true) {
    const std::optional<std::size_t> tasks = tasks_in_queue(plan, folder);
    if (answered && !tasks) view.line("Slurm's controller doesn't answer; jobs that run go on");
    answered = tasks.has_value();
    watch.read_all();
    view.update(watch);
    if (tasks == 0) break;
    if (signals.wait(kLookPause) != 0) {
      view.line("the jobs go on: agsweep status " + plan.config.name + ", agsweep stop " +
                plan.config.name);
      return ExitCode::kDone;
    }
  }
  view.line(tally_line(watch));
  const Tally all = tally(watch);
  if (all.left > 0) {
    view.line("go on with: agsweep resume " + folder.path().string());
    return ExitCode::kStopped;
  }
  return all.failed > 0 ? ExitCode::kFailed : ExitCode::kDone;
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

std::map<std::string, QueuedTrial> queued_trials(const Plan& plan, const SweepFolder& folder) {
  // Without states squeue tells of what waits, runs or is ending.
  const ShellAnswer answer =
      ask_shell({"squeue", "--noheader", "--array", "--me", "--format=%i|%T|%j"});
  if (answer.code != 0) throw Error("squeue", answer.output, "is Slurm's controller up?");
  std::map<std::string, QueuedTrial> queued;
  std::istringstream lines(answer.output);
  for (std::string line; std::getline(lines, line);) {
    const std::optional<QueueLine> task = queue_line(line, plan.config.name);
    if (!task) continue;
    const std::vector<std::string> trials =
        read_lines(submissions(folder) / fmt::format("{}.txt", task->submission));
    if (task->task < trials.size()) queued[trials[task->task]] = {task->job, task->state};
  }
  return queued;
}

std::size_t cancel_on_slurm(const Plan& plan, const SweepFolder& folder) {
  const std::map<std::string, QueuedTrial> queued = queued_trials(plan, folder);
  if (queued.empty()) return 0;
  std::vector<std::string> words = {"scancel"};
  for (const auto& [trial, task] : queued) words.push_back(task.job);
  const ShellAnswer answer = ask_shell(words);
  if (answer.code != 0) throw Error("scancel", answer.output, "see squeue --me");
  return queued.size();
}

ExitCode run_on_slurm(const Plan& plan, const SweepFolder& folder) {
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
  return show_until_done(plan, folder, watch);
}

}  // namespace ag::sweep
