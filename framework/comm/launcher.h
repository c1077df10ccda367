// What the environment says of the launcher (mpirun, srun) that started this process.
#pragma once

#include <cstdint>
#include <string>

namespace ag::comm {

struct Launch {
  std::uint32_t rank = 0;       // this process, of those that were started together
  std::uint32_t processes = 1;  // how many; 1, too, where the launcher doesn't say
  std::string told_by;          // the variable that says how many
};

// To be called before MPI starts, which sets some of these variables itself.
Launch launch_of_this_process();

// What is wrong where MPI counts a single rank and the launcher started several processes: it isn't
// this MPI's, and each would train by itself. Empty otherwise.
std::string complaint_about(const Launch& launch, int ranks);

}  // namespace ag::comm
