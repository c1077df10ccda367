#include "launch/sweep/shell.h"

#include <sys/wait.h>

#include <array>
#include <cstdio>

#include "framework/core/error.h"
#include "launch/sweep/job.h"

namespace ag::sweep {

ShellAnswer ask_shell(const std::vector<std::string>& words) {
  std::FILE* pipe = ::popen((shell_line(words) + " 2>&1").c_str(), "r");
  if (pipe == nullptr) throw system_error("run", words.front());
  ShellAnswer answer;
  std::array<char, 4096> part{};
  while (const std::size_t count = std::fread(part.data(), 1, part.size(), pipe)) {
    answer.output.append(part.data(), count);
  }
  const int status = ::pclose(pipe);
  answer.code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  while (answer.output.ends_with('\n')) answer.output.pop_back();
  return answer;
}

}  // namespace ag::sweep
