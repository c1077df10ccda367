#include "tests/e2e/sweep/slurm_cluster.h"

#include <fmt/format.h>

#include <cstdlib>
#include <stdexcept>

#include "tests/support/shell.h"

namespace ag::test {
namespace {

std::string script(const std::string& arguments) {
  return fmt::format("{}/tests/support/slurm.sh {}", AG_SOURCE_DIR, arguments);
}

}  // namespace

std::optional<std::string> SlurmCluster::why_not() {
  const ShellAnswer answer = run_shell(script("available"), std::filesystem::temp_directory_path());
  if (answer.code == 0) return std::nullopt;
  return answer.out + answer.error;
}

SlurmCluster::SlurmCluster() {
  std::string name = std::filesystem::temp_directory_path() / "ag_slurm_XXXXXX";
  if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("can't make " + name);
  folder_ = name;
  // "export SLURM_CONF='…'"
  const std::string line = call("start");
  const std::size_t equals = line.find('=');
  if (equals == std::string::npos) throw std::runtime_error("slurm.sh said: " + line);
  std::string path = line.substr(equals + 1);
  std::erase_if(path,
                [](char letter) { return letter == '\'' || letter == '"' || letter == '\n'; });
  ::setenv("SLURM_CONF", path.c_str(), 1);
}

SlurmCluster::~SlurmCluster() {
  run_shell(script("stop " + folder_.string()), folder_);
  ::unsetenv("SLURM_CONF");
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

void SlurmCluster::kill_controller() const {
  call("kill-controller");
}

void SlurmCluster::start_controller() const {
  call("start-controller");
}

std::string SlurmCluster::call(const std::string& command) const {
  const ShellAnswer answer = run_shell(script(command + " " + folder_.string()), folder_);
  if (answer.code != 0) throw std::runtime_error("slurm.sh " + command + ": " + answer.error);
  return answer.out;
}

}  // namespace ag::test
