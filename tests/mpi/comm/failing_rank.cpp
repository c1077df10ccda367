// One rank fails in the way that its argument names, while the others wait for it in a sum.
#include <ATen/ATen.h>

#include <string_view>

#include "framework/comm/communicator.h"
#include "framework/comm/mpi_session.h"

int main(int argc, char** argv) {
  const std::string_view way = argc > 1 ? argv[1] : "";
  try {
    ag::comm::MpiSession session;
    const auto communicator = ag::comm::make_communicator({}, session);
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
