// The NCCL form, where every rank has a GPU; where none is, that it says so and the rest works.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>

#include "framework/comm/communicator.h"
#include "framework/comm/gpu_seat.h"
#include "framework/comm/gradient_reducer.h"
#include "framework/core/error.h"
#include "tests/support/mpi_test.h"

namespace ag::comm {
namespace {

class OnGpus : public testing::Test {
 protected:
  void SetUp() override {
    const GpuSeat seat = find_gpu_seat(test::mpi_session());
    if (!seat.refusal.empty()) GTEST_SKIP() << seat.refusal;
    communicator_ = make_communicator({.backend = "nccl"}, test::mpi_session());
    options_ = at::TensorOptions(communicator_->device());
    ranks_ = communicator_->world().size;
    rank_ = communicator_->world().rank;
  }

  std::unique_ptr<Communicator> communicator_;
  at::TensorOptions options_;
  int ranks_ = 1;
  int rank_ = 0;
};

TEST_F(OnGpus, sums_are_arithmetic_for_every_type) {
  for (const at::ScalarType type : {at::kFloat, at::kDouble, at::kHalf, at::kBFloat16, at::kChar,
                                    at::kByte, at::kInt, at::kLong}) {
    const at::Tensor tensor = at::arange(0, 20, options_.dtype(type)) + rank_;
    communicator_->all_reduce_sum(tensor);
    const at::Tensor expected =
        at::arange(0, 20, options_.dtype(type)) * ranks_ + ranks_ * (ranks_ - 1) / 2;
    EXPECT_TRUE(tensor.equal(expected)) << c10::toString(type);
  }
}

TEST_F(OnGpus, a_sum_waits_for_what_the_current_stream_computes) {
  at::Tensor matrix = at::full({2048, 2048}, 1.0 / 2048, options_);
  for (int i = 0; i < 20; ++i) matrix = at::mm(matrix, at::ones({2048, 2048}, options_)) / 2048;
  communicator_->start_all_reduce_sum(matrix)->wait();
  EXPECT_TRUE(at::allclose(matrix, at::full({2048, 2048}, ranks_ / 2048.0, options_)));
}

TEST_F(OnGpus, sums_have_the_same_bits_on_all_ranks) {
  const at::Tensor tensor = at::sin(at::arange(1'000'003, options_) * (rank_ + 1));
  communicator_->all_reduce_sum(tensor);
  EXPECT_TRUE(test::same_bits_on_all_ranks(tensor.cpu()));
}

TEST_F(OnGpus, broadcasts_from_any_rank) {
  for (int root = 0; root < ranks_; ++root) {
    const at::Tensor tensor = at::full({1000}, rank_, options_);
    communicator_->broadcast(tensor, root);
    EXPECT_TRUE(tensor.eq(root).all().item<bool>());
  }
}

TEST_F(OnGpus, cpu_tensors_go_over_mpi) {
  const at::Tensor tensor = at::full({8}, 1, at::kDouble);
  communicator_->all_reduce_sum(tensor);
  EXPECT_TRUE(tensor.eq(ranks_).all().item<bool>());
  EXPECT_EQ(broadcast_text(*communicator_, rank_ == 0 ? "here" : "", 0), "here");
}

TEST_F(OnGpus, gradients_are_reduced_beside_backward) {
  const at::Tensor weight = at::full({64, 64}, 0.5, options_).requires_grad_(true);
  const at::Tensor unused = at::zeros({500}, options_).requires_grad_(true);
  const at::Tensor mean = at::full({16}, rank_, options_.dtype(at::kFloat));
  GradientReducer reducer(*communicator_, {weight, unused}, {mean}, {.bucket_mb = 0.001});
  EXPECT_EQ(reducer.overlap(), "poll");
  reducer.attach_hooks();
  for (int step = 0; step < 3; ++step) {
    reducer.begin_step();
    at::mm(at::full({2, 64}, rank_ + 1.0, options_), weight).sum().backward();
    reducer.finish();
    EXPECT_TRUE(weight.grad().eq(ranks_ * (ranks_ + 1)).all().item<bool>());
    EXPECT_TRUE(unused.grad().eq(0).all().item<bool>());
    EXPECT_TRUE(mean.eq((ranks_ - 1) / 2.0).all().item<bool>());
  }
}

TEST_F(OnGpus, a_thread_for_sums_is_refused) {
  const at::Tensor weight = at::ones({4}, options_).requires_grad_(true);
  EXPECT_THROW(GradientReducer(*communicator_, {weight}, {}, {.overlap = "thread"}), Error);
}

class WithoutGpus : public testing::Test {
 protected:
  void SetUp() override {
    if (find_gpu_seat(test::mpi_session()).refusal.empty()) GTEST_SKIP() << "there are GPUs here";
  }
};

TEST_F(WithoutGpus, nccl_is_refused_with_the_reason) {
  try {
    make_communicator({.backend = "nccl"}, test::mpi_session());
    FAIL() << "NCCL started without a GPU";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ExitCode::kUsage);
    EXPECT_THAT(error.what(), testing::AnyOf(testing::HasSubstr("there is no GPU for rank 0"),
                                             testing::HasSubstr("would share the GPU")));
  }
}

TEST_F(WithoutGpus, the_default_is_mpi) {
  const auto communicator = make_communicator({}, test::mpi_session());
  EXPECT_TRUE(communicator->device().is_cpu());
  const at::Tensor ones = at::ones({4});
  communicator->all_reduce_sum(ones);
  EXPECT_TRUE(ones.eq(communicator->world().size).all().item<bool>());
}

}  // namespace
}  // namespace ag::comm
