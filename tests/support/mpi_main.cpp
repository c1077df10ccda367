#include <gtest/gtest.h>

#include <cstdio>
#include <cstring>

#include "framework/comm/mpi_communicator.h"
#include "tests/support/mpi_test.h"

namespace ag::test {
namespace {

comm::MpiSession* the_session = nullptr;

class EndAllRanks final : public testing::EmptyTestEventListener {
 public:
  void OnTestPartResult(const testing::TestPartResult& result) override {
    if (!result.failed()) return;
    std::fprintf(stderr, "rank %d: %s:%d: %s\n", mpi_session().world().rank,
                 result.file_name() != nullptr ? result.file_name() : "?", result.line_number(),
                 result.message());
  }
  void OnTestEnd(const testing::TestInfo& test) override {
    if (test.result()->Failed()) mpi_session().abort(ExitCode::kFailed);
  }
};

}  // namespace

comm::MpiSession& mpi_session() {
  return *the_session;
}

bool same_bits_on_all_ranks(const at::Tensor& tensor) {
  comm::MpiCommunicator communicator(mpi_session(), comm::Transport::kMessages);
  const at::Tensor first = tensor.clone();
  communicator.broadcast(first, 0);
  const at::Tensor different = at::zeros({1}, at::kLong);
  if (std::memcmp(first.data_ptr(), tensor.data_ptr(), tensor.nbytes()) != 0) different.fill_(1);
  communicator.all_reduce_sum(different);
  return different.item<std::int64_t>() == 0;
}

}  // namespace ag::test

int main(int argc, char** argv) {
  testing::InitGoogleTest(&argc, argv);
  ag::comm::MpiSession session;
  ag::test::the_session = &session;
  auto& listeners = testing::UnitTest::GetInstance()->listeners();
  if (session.world().rank != 0) delete listeners.Release(listeners.default_result_printer());
  listeners.Append(new ag::test::EndAllRanks);
  return RUN_ALL_TESTS();
}
