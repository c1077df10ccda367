#include "framework/comm/mpi_session.h"

#include <gtest/gtest.h>

#include "framework/comm/mpi_communicator.h"
#include "tests/support/mpi_test.h"

namespace ag::comm {
namespace {

TEST(MpiSession, numbers_every_rank_once) {
  const World& world = test::mpi_session().world();
  MpiCommunicator communicator(test::mpi_session(), Transport::kMessages);
  const at::Tensor seen = at::zeros({world.size}, at::kLong);
  seen[world.rank] = 1;
  communicator.all_reduce_sum(seen);
  EXPECT_TRUE(seen.equal(at::ones({world.size}, at::kLong)));
}

TEST(MpiSession, knows_that_all_ranks_of_this_test_are_on_one_host) {
  const World& world = test::mpi_session().world();
  EXPECT_EQ(world.hosts, 1);
  EXPECT_EQ(world.local_size, world.size);
  EXPECT_EQ(world.local_rank, world.rank);
}

TEST(MpiSession, refuses_a_second_one) {
  EXPECT_THROW(MpiSession(), Error);
}

}  // namespace
}  // namespace ag::comm
