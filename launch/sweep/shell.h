// A program that is run to its end for what it prints: Slurm's.
#pragma once

#include <string>
#include <vector>

namespace ag::sweep {

struct ShellAnswer {
  int code = 0;        // 127 where there is no such program
  std::string output;  // standard output and standard error, without the last line's end
};

// Throws Error where no process can be made.
ShellAnswer ask_shell(const std::vector<std::string>& words);

}  // namespace ag::sweep
