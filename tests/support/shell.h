// Runs a command line as a person types it, for tests of the programs.
#pragma once

#include <sys/wait.h>

#include <array>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>

namespace ag::test {

struct ShellAnswer {
  int code = -1;  // exit code, 128 + the signal where one ended it
  std::string out;
  std::string error;
};

// Runs `command` in `folder`, which keeps the file that stderr went through.
inline ShellAnswer run_shell(const std::string& command, const std::filesystem::path& folder) {
  const std::filesystem::path errors = folder / "stderr";
  const std::string line = "cd '" + folder.string() + "' && { " + command + " ; } 2> stderr";
  std::FILE* pipe = ::popen(line.c_str(), "r");
  if (pipe == nullptr) throw std::runtime_error("no shell");
  ShellAnswer answer;
  std::array<char, 4096> part{};
  for (std::size_t got = 0; (got = std::fread(part.data(), 1, part.size(), pipe)) > 0;) {
    answer.out.append(part.data(), got);
  }
  const int status = ::pclose(pipe);
  answer.code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  std::ifstream in(errors);
  answer.error.assign(std::istreambuf_iterator<char>(in), {});
  return answer;
}

}  // namespace ag::test
