#include "tests/e2e/train/process.h"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <stdexcept>
#include <thread>

#include "framework/core/atomic_file.h"

namespace ag::test {
namespace {

constexpr auto kPoll = std::chrono::milliseconds(20);
constexpr int kSignalBase = 128;

}  // namespace

Process::Process(const std::string& command, const std::filesystem::path& folder) {
  static int count = 0;
  output_ = folder / ("output-" + std::to_string(count++) + ".txt");
  const int file = ::open(output_.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0644);
  pid_ = ::fork();
  if (pid_ < 0) throw std::runtime_error("can't fork");
  if (pid_ == 0) {
    ::setpgid(0, 0);
    ::dup2(::open("/dev/null", O_RDONLY), STDIN_FILENO);
    ::dup2(file, STDOUT_FILENO);
    ::dup2(file, STDERR_FILENO);
    const std::string line = "exec " + command;
    ::execl("/bin/sh", "sh", "-c", line.c_str(), static_cast<char*>(nullptr));
    ::_exit(127);
  }
  ::close(file);
}

Process::~Process() {
  if (!done_) wait(0);
}

void Process::send(int signal) const {
  ::kill(pid_, signal);
}

std::string Process::output() const {
  return read_file(output_);
}

bool Process::ended(int options) {
  if (!done_) done_ = ::waitpid(pid_, &status_, options) == pid_;
  return done_;
}

bool Process::wait_for_output(const std::string& text, double seconds) const {
  const auto end = std::chrono::steady_clock::now() + std::chrono::duration<double>(seconds);
  while (std::chrono::steady_clock::now() < end) {
    if (output().find(text) != std::string::npos) return true;
    siginfo_t info{};
    if (::waitid(P_PID, static_cast<id_t>(pid_), &info, WEXITED | WNOHANG | WNOWAIT) == 0 &&
        info.si_pid == pid_) {
      return output().find(text) != std::string::npos;
    }
    std::this_thread::sleep_for(kPoll);
  }
  return false;
}

Ended Process::wait(double seconds) {
  const auto end = std::chrono::steady_clock::now() + std::chrono::duration<double>(seconds);
  while (!ended(WNOHANG) && std::chrono::steady_clock::now() < end)
    std::this_thread::sleep_for(kPoll);
  const bool hung = !done_;
  if (hung) {
    ::kill(-pid_, SIGKILL);
    ended(0);
  }
  const int code = WIFEXITED(status_) ? WEXITSTATUS(status_) : kSignalBase + WTERMSIG(status_);
  return {code, hung, output()};
}

Ended run(const std::string& command, const std::filesystem::path& folder, double seconds) {
  return Process(command, folder).wait(seconds);
}

}  // namespace ag::test
