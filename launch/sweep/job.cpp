#include "launch/sweep/job.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <chrono>
#include <thread>
#include <utility>

#include "framework/core/descriptor.h"
#include "framework/core/error.h"

namespace ag::sweep {
namespace fs = std::filesystem;
namespace {

constexpr int kCannotExecute = 127;
// What is to end has twenty seconds, as mpirun gives its ranks some to save.
constexpr std::chrono::milliseconds kEndPause{100};
constexpr int kLooksAtTheEnd = 200;

// Calls only what is safe between fork and exec.
[[noreturn]] void become(char* const* words, int log, int claim, pid_t parent) {
  ::setpgid(0, 0);
  ::prctl(PR_SET_PDEATHSIG, SIGTERM);
  if (::getppid() != parent) ::_exit(kCannotExecute);  // it died before it could be told
  sigset_t none;
  ::sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  ::fcntl(claim, F_SETFD, 0);
  const int nothing = ::open("/dev/null", O_RDONLY);
  ::dup2(nothing, STDIN_FILENO);
  ::dup2(log, STDOUT_FILENO);
  ::dup2(log, STDERR_FILENO);
  ::execvp(words[0], words);
  constexpr char kWhy[] = "agsweep: this program couldn't be started\n";
  const ssize_t ignored = ::write(STDERR_FILENO, kWhy, sizeof kWhy - 1);
  static_cast<void>(ignored);
  ::_exit(kCannotExecute);
}

bool is_plain(const std::string& word) {
  return !word.empty() && std::all_of(word.begin(), word.end(), [](unsigned char letter) {
    return std::isalnum(letter) != 0 ||
           std::string_view("-_./=:,+%@").find(letter) != std::string_view::npos;
  });
}

std::string quoted(const std::string& word) {
  if (is_plain(word)) return word;
  std::string text(1, '\'');
  for (const char letter : word) {
    if (letter == '\'') {
      text += "'\\''";
    } else {
      text += letter;
    }
  }
  text += '\'';
  return text;
}

}  // namespace

std::vector<std::string> command_of(const Plan& plan, const SweepFolder& folder,
                                    const Trial& trial) {
  const LauncherConfig& launcher = plan.config.launcher;
  std::vector<std::string> words;
  const std::string ranks = fmt::format("{}", launcher.ranks);
  if (launcher.name == "slurm") {
    words = {launcher.slurm.mpi, launcher.slurm.mpi == "srun" ? "-n" : "-np", ranks};
    const std::vector<std::string>& more = launcher.slurm.mpi_arguments;
    words.insert(words.end(), more.begin(), more.end());
  } else if (launcher.ranks > 1) {
    // Every mpirun would bind its ranks to the same first cores.
    words = {"mpirun", "-np", ranks, "--bind-to", "none"};
  }
  words.insert(words.end(), {sibling_program("agtrain").string(), folder.base_file(plan).string()});
  words.insert(words.end(), trial.assignments.begin(), trial.assignments.end());
  words.insert(words.end(), {"--run", trial.id});
  return words;
}

std::string shell_line(const std::vector<std::string>& words) {
  std::string line;
  for (const std::string& word : words) {
    if (!line.empty()) line += ' ';
    line += quoted(word);
  }
  return line;
}

fs::path sibling_program(const std::string& name) {
  return fs::read_symlink("/proc/self/exe").parent_path() / name;
}

Job::Job(const std::vector<std::string>& command, const fs::path& log, FileLock claim)
    : claim_(std::move(claim)) {
  std::vector<char*> words;
  words.reserve(command.size() + 1);
  for (const std::string& word : command) words.push_back(const_cast<char*>(word.c_str()));
  words.push_back(nullptr);
  fs::create_directories(log.parent_path());
  const Descriptor out = open_or_throw(log, O_WRONLY | O_CREAT | O_APPEND);
  const std::string line = fmt::format("$ {}\n", shell_line(command));
  const ssize_t ignored = ::write(out.get(), line.data(), line.size());
  static_cast<void>(ignored);
  const pid_t parent = ::getpid();
  process_ = ::fork();
  if (process_ == 0) become(words.data(), out.get(), claim_.descriptor(), parent);
  if (process_ < 0) throw system_error("start a process for", log);
  ::setpgid(process_, process_);
}

Job::~Job() {
  if (process_ <= 0) return;
  if (!asked_) terminate();
  for (int i = 0; i < kLooksAtTheEnd && !poll(); ++i) std::this_thread::sleep_for(kEndPause);
  if (process_ <= 0) return;
  ::kill(process_, SIGKILL);
  ::waitpid(process_, nullptr, 0);
}

Job::Job(Job&& other) noexcept
    : process_(std::exchange(other.process_, -1)),
      asked_(other.asked_),
      claim_(std::move(other.claim_)) {}

Job& Job::operator=(Job&& other) noexcept {
  std::swap(process_, other.process_);
  std::swap(asked_, other.asked_);
  std::swap(claim_, other.claim_);
  return *this;
}

std::optional<int> Job::poll() {
  int status = 0;
  if (process_ <= 0) return std::nullopt;
  const pid_t ended = ::waitpid(process_, &status, WNOHANG);
  if (ended == 0) return std::nullopt;
  process_ = -1;
  if (ended < 0) return static_cast<int>(ExitCode::kFailed);  // somebody else has asked for its end
  return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

void Job::ask_to_stop() {
  asked_ = true;
  if (process_ > 0) ::kill(process_, SIGUSR1);
}

void Job::terminate() {
  asked_ = true;
  if (process_ > 0) ::kill(process_, SIGTERM);
}

}  // namespace ag::sweep
