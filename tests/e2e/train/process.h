// Programs run as a person runs them, from a shell, with what they print and how they end.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <string>

namespace ag::test {

struct Ended {
  int code = 0;        // exit code, or 128 + the signal
  bool hung = false;   // it had to be killed
  std::string output;  // stdout and stderr together
};

// A shell command in the background, in a process group of its own.
class Process {
 public:
  // Output goes to a file in `folder`.
  Process(const std::string& command, const std::filesystem::path& folder);
  ~Process();  // kills the whole group where it still runs
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  pid_t pid() const { return pid_; }
  void send(int signal) const;  // to the command alone, not to what it started
  std::string output() const;   // so far
  // Waits until the output contains `text`; false when the command ended or `seconds` passed
  // before.
  bool wait_for_output(const std::string& text, double seconds) const;
  // Waits for its end; after `seconds` the group is killed and the code is that of SIGKILL.
  Ended wait(double seconds);

 private:
  bool ended(int options);

  std::filesystem::path output_;
  pid_t pid_ = -1;
  bool done_ = false;
  int status_ = 0;
};

// Runs `command` to its end.
Ended run(const std::string& command, const std::filesystem::path& folder, double seconds = 300);

}  // namespace ag::test
