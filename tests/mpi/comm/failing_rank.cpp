// One rank of three fails in the way that its argument names, while the others wait for it.
#include <ATen/ATen.h>
#include <signal.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string_view>
#include <thread>

#include "framework/comm/communicator.h"
#include "framework/comm/mpi_session.h"

namespace {

// Waits for rank 1 to be lost, or (`tells`) to say that it has told why it ends all; deaf to the
// SIGTERM by which mpirun ends what is left of the job.
int wait_for_end_of_rank_1(const ag::comm::MpiSession& session, bool tells) {
  for (int i = 0; i < 1000; ++i) {
    const bool told = session.reason_was_told();
    if (tells ? told : !told && session.lost_rank() == 1) {
      std::puts(tells ? "rank 1 has told why" : "rank 1 is lost");
      std::fflush(stdout);
      std::_Exit(1);
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  return 3;
}

}  // namespace

int main(int argc, char** argv) {
  const std::string_view way = argc > 1 ? argv[1] : "";
  try {
    ag::comm::MpiSession session;
    const auto communicator = ag::comm::make_communicator({}, session);
    communicator->barrier();
    if (way == "kill" || way == "tell") {
      signal(SIGTERM, SIG_IGN);
      communicator->barrier();
      if (session.world().rank != 1) return wait_for_end_of_rank_1(session, way == "tell");
      if (way == "kill") raise(SIGKILL);
      session.note_reason_told();
      session.abort(ag::ExitCode::kFailed);
    }
    if (session.world().rank == 1) {
      if (way == "abort") session.abort(ag::ExitCode::kFailed);
      throw ag::Error("rank 1", "fails as it was told");
    }
    communicator->all_reduce_sum(at::ones({8}));
  } catch (const ag::Error&) {
    return 3;  // not reached: the session ends all ranks while the exception passes
  }
  return 0;
}
