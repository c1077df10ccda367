// The one exception type of the project, and the exit codes that programs answer with.
//
// An Error is thrown where the cause is known and caught in main alone. Its text is one line of
// three parts: where it happened, what is wrong, how to mend it. What is expected (a bad row of a
// data set) is a value, not an Error.
#pragma once

#include <stdexcept>
#include <string>

namespace ag {

// What a program returns to the shell. mpirun passes on the code of the first rank that isn't 0.
enum class ExitCode : int {
  kDone = 0,
  kFailed = 1,
  kUsage = 2,     // a bad option, a bad configuration
  kStopped = 75,  // stopped on request with a checkpoint saved (EX_TEMPFAIL: run again to go on)
};

class Error : public std::runtime_error {
 public:
  // `where` is a file, a file with its line, a rank or a phase, and may be empty; `what` says what
  // is wrong, without a full stop; `mend` says what the user can do, and may be empty.
  Error(const std::string& where, const std::string& what, const std::string& mend = "",
        ExitCode code = ExitCode::kFailed);

  ExitCode code() const { return code_; }

 private:
  ExitCode code_;
};

// An Error of the user's own making: a bad option, key, value or file name. Exit code 2.
Error usage_error(const std::string& where, const std::string& what, const std::string& mend = "");

// The Error for a failed system call on `path`, from `errno`: says what was tried ("write",
// "open"), on which file and why it failed, and for a full disk what to do about it.
Error system_error(const std::string& tried, const std::string& path);

}  // namespace ag
