#include "framework/train/agreement.h"

#include <ATen/ATen.h>
#include <fmt/format.h>

#include <algorithm>
#include <string>

namespace ag::train {

void all_or_none(comm::Communicator& communicator, const std::function<void()>& work) {
  const comm::World& world = communicator.world();
  std::string text;
  auto code = ExitCode::kDone;
  try {
    work();
  } catch (const Error& error) {
    text = error.what();
    code = error.code();
  } catch (const std::exception& error) {
    text = error.what();
    code = ExitCode::kFailed;
  }

  // Row r holds rank r's exit code: every other rank adds zeros.
  const at::Tensor codes = at::zeros({world.size}, at::kLong);
  codes[world.rank] = static_cast<std::int64_t>(code);
  communicator.all_reduce_sum(codes);
  const auto* first = codes.const_data_ptr<std::int64_t>();
  const auto* failed =
      std::find_if(first, first + world.size, [](std::int64_t c) { return c != 0; });
  if (failed == first + world.size) return;

  const int rank = static_cast<int>(failed - first);
  text = comm::broadcast_text(communicator, text, rank);
  throw AgreedError(rank == 0 ? text : fmt::format("rank {}: {}", rank, text),
                    static_cast<ExitCode>(*failed));
}

bool any_rank(comm::Communicator& communicator, bool own) {
  const at::Tensor flag = at::tensor({own ? 1 : 0}, at::kLong);
  communicator.all_reduce_sum(flag);
  return flag.item<std::int64_t>() > 0;
}

}  // namespace ag::train
