#include "framework/comm/launcher.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <iterator>
#include <limits>
#include <optional>
#include <string_view>

#include "framework/core/text.h"

namespace ag::comm {
namespace {

// What each process gets to know: its number from 0, and how many there are.
struct Variables {
  const char* rank;
  const char* size;
};

constexpr Variables kOfLaunchers[] = {
    {"OMPI_COMM_WORLD_RANK", "OMPI_COMM_WORLD_SIZE"},  // Open MPI's mpirun
    {"PMIX_RANK", nullptr},                            // whatever speaks PMIx: tells no size
    {"PMI_RANK", "PMI_SIZE"},                          // MPICH's, Intel's and others
    {"MPI_LOCALRANKID", "MPI_LOCALNRANKS"},            // the same, of this host
    {"SLURM_PROCID", "SLURM_STEP_NUM_TASKS"},          // srun
};

std::optional<std::uint32_t> number_in(const char* name) {
  const char* text = name == nullptr ? nullptr : std::getenv(name);
  return text == nullptr ? std::nullopt : number_of<std::uint32_t>(text);
}

// A batch script and salloc's shell are one process each, whatever they say of tasks. Their steps
// have Slurm's last numbers.
bool is_step_of_slurm_itself(const Variables& variables) {
  constexpr std::uint32_t kFirstOfItsOwn = std::numeric_limits<std::uint32_t>::max() - 15;
  return std::string_view(variables.rank).starts_with("SLURM") &&
         number_in("SLURM_STEP_ID").value_or(0) >= kFirstOfItsOwn;
}

}  // namespace

Launch launch_of_this_process() {
  const auto tells_rank = [](const Variables& of) { return number_in(of.rank).has_value(); };
  const auto tells_both = [&](const Variables& of) {
    return tells_rank(of) && number_in(of.size).has_value();
  };
  // The first is the nearest: mpirun within a job of Slurm's.
  const auto* ranks = std::ranges::find_if(kOfLaunchers, tells_rank);
  const auto* sizes = std::ranges::find_if(kOfLaunchers, tells_both);
  Launch launch;
  if (ranks != std::end(kOfLaunchers)) launch.rank = *number_in(ranks->rank);
  if (sizes != std::end(kOfLaunchers) && !is_step_of_slurm_itself(*sizes)) {
    launch.processes = *number_in(sizes->size);
    launch.told_by = sizes->size;
  }
  return launch;
}

std::string complaint_about(const Launch& launch, int ranks) {
  if (ranks > 1 || launch.processes <= 1) return "";
  return fmt::format(
      "MPI counts 1 rank, but {} processes were started ({}), each of which would train by itself; "
      "start them by the mpirun of the MPI that agtrain was built with, or by srun --mpi=pmix",
      launch.processes, launch.told_by);
}

}  // namespace ag::comm
