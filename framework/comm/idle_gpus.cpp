#include "framework/comm/idle_gpus.h"

#include <fmt/format.h>

#include <string_view>
#include <system_error>

#include "framework/core/text.h"

namespace ag::comm {
namespace {

#ifdef AG_WITH_CUDA
constexpr const char* kWhyIdle = "not every rank has one of its own; comm.backend=nccl says why";
#else
constexpr const char* kWhyIdle =
    "this program was built without NCCL; the preset cuda builds one with it (build-cuda/bin)";
#endif

// "nvidia0", "nvidia1", …; beside them lie nvidiactl, nvidia-uvm and others.
bool is_gpu(const std::string& name) {
  constexpr std::string_view kPrefix = "nvidia";
  return name.starts_with(kPrefix) &&
         number_of<int>(std::string_view(name).substr(kPrefix.size())).value_or(-1) >= 0;
}

int count_gpus(const std::filesystem::path& devices) {
  int count = 0;
  std::error_code ignored;
  for (const auto& entry : std::filesystem::directory_iterator(devices, ignored)) {
    if (is_gpu(entry.path().filename())) ++count;
  }
  return count;
}

}  // namespace

std::string idle_gpus_note(const CommConfig& config, at::Device used,
                           const std::filesystem::path& devices) {
  if (config.backend != "auto" || !used.is_cpu()) return "";
  const int gpus = count_gpus(devices);
  if (gpus == 0) return "";
  return fmt::format("note: the CPU trains, and {} of this host {} idle: {}", counted(gpus, "GPU"),
                     gpus == 1 ? "is" : "are", kWhyIdle);
}

}  // namespace ag::comm
