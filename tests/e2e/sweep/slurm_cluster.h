// A real Slurm that lives as long as a test: see tests/support/slurm.sh.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>

namespace ag::test {

class SlurmCluster {
 public:
  // Why there can be none here; nothing where there can.
  static std::optional<std::string> why_not();

  // Starts it with its files in a folder of its own (with a short path, as it holds sockets), and
  // sets SLURM_CONF for this process. Throws where it doesn't come up.
  SlurmCluster();
  ~SlurmCluster();
  SlurmCluster(const SlurmCluster&) = delete;
  SlurmCluster& operator=(const SlurmCluster&) = delete;

  void kill_controller() const;
  void start_controller() const;

 private:
  std::string call(const std::string& command) const;

  std::filesystem::path folder_;
};

}  // namespace ag::test
