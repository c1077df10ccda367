#include "tracking/process.h"

#include <fmt/format.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>

namespace ag::tracking {
namespace fs = std::filesystem;
namespace {

constexpr std::size_t kBootDigits = 8;
constexpr int kStartTimeField = 22;  // of /proc/PID/stat, counted from 1; see proc(5)

std::string text_of(const fs::path& path) {
  std::ifstream in(path);
  return {std::istreambuf_iterator<char>(in), {}};
}

// The machine since its last boot, and the PID namespace in it: "5f1c02aa pid:[4026531836]".
std::string where_pids_count() {
  std::error_code failure;
  const fs::path name_space = fs::read_symlink("/proc/self/ns/pid", failure);
  return text_of("/proc/sys/kernel/random/boot_id").substr(0, kBootDigits) + " " +
         name_space.string();
}

// Clock ticks between the boot and the start of process `pid`; "" when there is no such process or
// only what its parent has yet to collect of it.
std::string start_time(long pid) {
  const std::string stat = text_of(fmt::format("/proc/{}/stat", pid));
  const std::size_t name_end = stat.rfind(')');  // the name may hold spaces and brackets
  if (name_end == std::string::npos) return "";
  std::istringstream fields(stat.substr(name_end + 1));
  std::string field;
  fields >> field;
  if (field == "Z" || field == "X") return "";
  for (int number = 4; number <= kStartTimeField; ++number) fields >> field;
  return field;
}

}  // namespace

std::string process_identity() {
  const long pid = ::getpid();
  return fmt::format("{} {} {}", where_pids_count(), pid, start_time(pid));
}

std::optional<bool> process_alive(const std::string& identity) {
  const std::string here = where_pids_count();
  if (!identity.starts_with(here + " ")) return std::nullopt;
  std::istringstream rest(identity.substr(here.size()));
  long pid = 0;
  std::string started;
  if (!(rest >> pid >> started)) return std::nullopt;
  return start_time(pid) == started;
}

}  // namespace ag::tracking
