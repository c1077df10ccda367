#include "framework/comm/communicator.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "framework/comm/mpi_communicator.h"
#include "framework/core/error.h"
#include "framework/core/philox.h"
#include "tests/support/mpi_test.h"

namespace ag::comm {
namespace {

// Numbers of many magnitudes, so that another order of adding would give other bits.
at::Tensor draw(std::int64_t count, int rank) {
  at::Tensor numbers = at::empty({count});
  RandomStream chance({.seed = 1, .sample = static_cast<std::uint32_t>(rank)});
  for (std::int64_t i = 0; i < count; ++i) {
    numbers.data_ptr<float>()[i] = static_cast<float>(chance.normal() * (1 << chance.below(12)));
  }
  return numbers;
}

class OverTransport : public testing::TestWithParam<Transport> {
 protected:
  MpiCommunicator communicator_{test::mpi_session(), GetParam()};
  const World& world_ = communicator_.world();
};

TEST_P(OverTransport, sums_are_arithmetic_for_every_type) {
  for (const at::ScalarType type :
       {at::kFloat, at::kDouble, at::kChar, at::kByte, at::kShort, at::kInt, at::kLong}) {
    const at::Tensor tensor = at::arange(0, 20, at::TensorOptions(type)) + world_.rank;
    communicator_.all_reduce_sum(tensor);
    const int ranks = world_.size;
    const at::Tensor expected =
        at::arange(0, 20, at::TensorOptions(type)) * ranks + ranks * (ranks - 1) / 2;
    EXPECT_TRUE(tensor.equal(expected)) << c10::toString(type) << tensor;
  }
}

TEST_P(OverTransport, sums_of_any_length_are_right) {
  for (const std::int64_t count : {0, 1, 2, 31, 33, 1000, 262'144, 262'145, 1'500'007}) {
    const at::Tensor tensor = at::arange(count, at::kDouble) + world_.rank;
    communicator_.all_reduce_sum(tensor);
    const at::Tensor expected =
        at::arange(count, at::kDouble) * world_.size + world_.size * (world_.size - 1) / 2;
    EXPECT_TRUE(tensor.equal(expected)) << count;
  }
}

TEST_P(OverTransport, sums_have_the_same_bits_on_all_ranks) {
  const at::Tensor tensor = draw(700'001, world_.rank);
  communicator_.all_reduce_sum(tensor);
  EXPECT_TRUE(test::same_bits_on_all_ranks(tensor));
}

TEST_P(OverTransport, sums_keep_the_order_of_memory) {
  const at::Tensor tensor =
      at::arange(2 * 3 * 4 * 5, at::kFloat).view({2, 3, 4, 5}).to(at::MemoryFormat::ChannelsLast);
  const at::Tensor expected = tensor * world_.size;
  communicator_.all_reduce_sum(tensor);
  EXPECT_TRUE(tensor.equal(expected));
}

TEST_P(OverTransport, several_started_sums_complete_in_any_order) {
  std::vector<at::Tensor> tensors;
  std::vector<std::unique_ptr<Work>> works;
  for (int i = 0; i < 5; ++i) {
    tensors.push_back(at::full({300'000}, static_cast<double>(i + world_.rank), at::kDouble));
    works.push_back(communicator_.start_all_reduce_sum(tensors.back()));
  }
  works[3]->wait();
  works[0]->wait();
  while (!works[4]->test()) {
  }
  works.clear();
  for (int i = 0; i < 5; ++i) {
    const int expected = i * world_.size + world_.size * (world_.size - 1) / 2;
    EXPECT_TRUE(tensors[i].eq(expected).all().item<bool>()) << i;
  }
}

TEST_P(OverTransport, a_started_sum_equals_a_blocking_one) {
  const at::Tensor blocking = draw(300'001, world_.rank);
  const at::Tensor started = blocking.clone();
  communicator_.all_reduce_sum(blocking);
  communicator_.start_all_reduce_sum(started)->wait();
  // MPI may choose another order of adding for each; our shared memory has one. Two numbers have
  // one sum.
  if (GetParam() == Transport::kSharedMemory || world_.size <= 2) {
    EXPECT_TRUE(started.equal(blocking));
  } else {
    EXPECT_TRUE(at::allclose(started, blocking, 1e-5, 1e-2));
  }
}

TEST_P(OverTransport, broadcasts_any_type_from_any_rank) {
  for (int root = 0; root < world_.size; ++root) {
    const at::Tensor numbers = at::full({70'001}, world_.rank, at::kFloat);
    communicator_.broadcast(numbers, root);
    EXPECT_TRUE(numbers.eq(root).all().item<bool>());
    const at::Tensor flag = at::full({1}, world_.rank == root, at::kBool);
    communicator_.broadcast(flag, root);
    EXPECT_TRUE(flag.item<bool>());
  }
}

TEST_P(OverTransport, broadcasts_text) {
  const std::string text = world_.rank == 0 ? "age\nand gender ü" : "what other ranks have";
  EXPECT_EQ(broadcast_text(communicator_, text, 0), "age\nand gender ü");
  EXPECT_EQ(broadcast_text(communicator_, world_.rank == 0 ? "" : "something", 0), "");
}

TEST_P(OverTransport, nobody_passes_a_barrier_before_the_last_came) {
  const at::Tensor arrived = at::zeros({1}, at::kLong);
  for (int round = 0; round < 50; ++round) {
    communicator_.barrier();
    arrived.fill_(round);
    communicator_.all_reduce_sum(arrived);
    ASSERT_EQ(arrived.item<std::int64_t>(), round * world_.size);
  }
}

TEST_P(OverTransport, refuses_what_it_cannot_send) {
  const at::Tensor columns = at::zeros({4, 6}).slice(1, 0, 3);
  EXPECT_THROW(communicator_.all_reduce_sum(columns), Error);
  EXPECT_THROW(communicator_.start_all_reduce_sum(columns), Error);
  EXPECT_THROW(communicator_.broadcast(columns, 0), Error);
  EXPECT_THROW(communicator_.all_reduce_sum(at::zeros({3}, at::kBool)), Error);
  EXPECT_THROW(communicator_.all_reduce_sum(at::Tensor()), Error);
  EXPECT_THROW(communicator_.broadcast(at::zeros({1}), world_.size), Error);
  EXPECT_THROW(communicator_.broadcast(at::zeros({1}), -1), Error);
}

INSTANTIATE_TEST_SUITE_P(Communicator, OverTransport,
                         testing::Values(Transport::kMessages, Transport::kSharedMemory),
                         [](const auto& tested) {
                           return tested.param == Transport::kMessages ? "messages" : "shared";
                         });

TEST(Communicator, shared_memory_adds_in_rank_order) {
  const World& world = test::mpi_session().world();
  MpiCommunicator communicator(test::mpi_session(), Transport::kSharedMemory);
  const std::int64_t count = 600'003;
  at::Tensor expected = draw(count, 0);
  for (int rank = 1; rank < world.size; ++rank) expected = expected + draw(count, rank);
  const at::Tensor tensor = draw(count, world.rank);
  communicator.all_reduce_sum(tensor);
  EXPECT_TRUE(tensor.equal(expected));
}

TEST(Communicator, counts_beyond_what_a_call_takes_are_split) {
  const World& world = test::mpi_session().world();
  MpiCommunicator communicator(test::mpi_session(), Transport::kMessages, 1000);
  const at::Tensor blocking = at::arange(2500, at::kFloat);
  const at::Tensor started = blocking.clone();
  const at::Tensor sent = world.rank == 0 ? blocking.clone() : at::zeros_like(blocking);
  communicator.all_reduce_sum(blocking);
  communicator.start_all_reduce_sum(started)->wait();
  communicator.broadcast(sent, 0);
  EXPECT_TRUE(blocking.equal(at::arange(2500, at::kFloat) * world.size));
  EXPECT_TRUE(started.equal(blocking));
  EXPECT_TRUE(sent.equal(at::arange(2500, at::kFloat)));
}

TEST(Communicator, the_default_on_one_host_is_shared_memory) {
  const auto communicator = make_communicator({}, test::mpi_session());
  EXPECT_EQ(communicator->device(), at::Device(at::kCPU));
  EXPECT_EQ(communicator->name(),
            communicator->world().size == 1 ? "one rank" : "MPI, shared memory");
}

}  // namespace
}  // namespace ag::comm
