// A program that was started without mpirun is a world of one.
#include <gtest/gtest.h>

#include <memory>
#include <vector>

#include "framework/comm/communicator.h"
#include "framework/comm/gradient_reducer.h"
#include "framework/comm/mpi_session.h"
#include "framework/core/error.h"

namespace ag::comm {
namespace {

// MPI starts once in a process.
class Alone : public testing::Test {
 protected:
  static void SetUpTestSuite() { session_ = std::make_unique<MpiSession>(); }
  static void TearDownTestSuite() { session_.reset(); }

  static std::unique_ptr<MpiSession> session_;
};
std::unique_ptr<MpiSession> Alone::session_;

TEST_F(Alone, is_a_world_of_one) {
  const World& world = session_->world();
  EXPECT_EQ(world.rank, 0);
  EXPECT_EQ(world.size, 1);
  EXPECT_EQ(world.local_size, 1);
  EXPECT_EQ(world.hosts, 1);
}

TEST_F(Alone, sums_are_what_they_were) {
  for (const char* transport : {"auto", "shared", "mpi"}) {
    const auto communicator = make_communicator({.transport = transport}, *session_);
    const at::Tensor tensor = at::arange(10);
    communicator->all_reduce_sum(tensor);
    communicator->start_all_reduce_sum(tensor)->wait();
    communicator->broadcast(tensor, 0);
    communicator->barrier();
    EXPECT_TRUE(tensor.equal(at::arange(10)));
    EXPECT_EQ(communicator->name(), "one rank");
  }
}

TEST_F(Alone, gradients_and_statistics_stay_and_nothing_is_waited_for) {
  const auto communicator = make_communicator({}, *session_);
  const at::Tensor weight = at::ones({3}).requires_grad_(true);
  const at::Tensor mean = at::full({2}, 0.3);
  GradientReducer reducer(*communicator, {weight}, {mean}, {});
  reducer.attach_hooks();
  for (int step = 0; step < 2; ++step) {
    reducer.begin_step();
    (weight * 2).sum().backward();
    reducer.finish();
    EXPECT_TRUE(weight.grad().eq(2).all().item<bool>()) << "nothing is left of the step before";
  }
  EXPECT_TRUE(mean.eq(0.3f).all().item<bool>());
}

TEST_F(Alone, nccl_is_refused_where_it_is_not_built_in) {
#ifndef AG_WITH_CUDA
  try {
    make_communicator({.backend = "nccl"}, *session_);
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ExitCode::kUsage);
  }
#else
  GTEST_SKIP() << "NCCL is built in";
#endif
}

}  // namespace
}  // namespace ag::comm
