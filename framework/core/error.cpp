#include "framework/core/error.h"

#include <fmt/format.h>

#include <cerrno>
#include <cstring>

namespace ag {
namespace {

std::string one_line(const std::string& where, const std::string& what, const std::string& mend) {
  std::string text = where.empty() ? what : where + ": " + what;
  return mend.empty() ? text : text + "; " + mend;
}

std::string mend_for(int code) {
  switch (code) {
    case ENOSPC:
    case EDQUOT:
      return "free some space or choose another folder";
    case EACCES:
    case EPERM:
    case EROFS:
      return "choose a place that you may write to, or change its permissions";
    case ENOENT:
      return "check the path";
    case EMFILE:
      return "raise the limit of open files (ulimit -n)";
    default:
      return "";
  }
}

}  // namespace

Error::Error(const std::string& where, const std::string& what, const std::string& mend,
             ExitCode code)
    : std::runtime_error(one_line(where, what, mend)), code_(code) {}

Error usage_error(const std::string& where, const std::string& what, const std::string& mend) {
  return {where, what, mend, ExitCode::kUsage};
}

Error system_error(const std::string& tried, const std::string& path) {
  const int code = errno;
  return {path, fmt::format("can't {}: {}", tried, std::strerror(code)), mend_for(code)};
}

}  // namespace ag
