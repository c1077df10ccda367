// Every network tells and learns on a GPU what it does on the CPU: in fp64, where only the order of
// sums differs.
#include <c10/core/GradMode.h>
#include <gtest/gtest.h>
#include <torch/csrc/autograd/autograd.h>

#include <cmath>
#include <memory>
#include <numeric>
#include <string>
#include <vector>

#include "framework/comm/communicator.h"
#include "framework/comm/gpu_seat.h"
#include "framework/nn/loss.h"
#include "framework/optim/optimizer.h"
#include "tests/support/lively_network.h"
#include "tests/support/mpi_test.h"

namespace ag::nn {
namespace {

constexpr std::int64_t kRows = 6;
constexpr int kPixels = 65;
constexpr double kTolerance = 1e-9;
// ATen's CUDA kernels for hard-swish and hard-sigmoid hold 1/6 in single precision.
constexpr double kHardSwishTolerance = 2e-6;

struct Learnt {
  double loss = 0;
  std::vector<at::Tensor> tensors;  // parameters and running statistics after two steps, on the CPU
};

// Two steps of which the second's last row doesn't count, so that both forms of BatchNorm run.
Learnt learn(const ModelConfig& model, at::Device device) {
  const std::unique_ptr<Network> network = test::lively_network(model, kPixels, at::kDouble);
  network->to(device);
  std::vector<optim::OptimizedParameter> optimized;
  for (const NamedTensor& named : network->parameters()) {
    optimized.push_back({.name = named.name, .tensor = named.tensor});
  }
  optim::Optimizer optimizer({.lr = 0.01, .nesterov = true, .weight_decay = 1e-4}, optimized);
  const at::Tensor pictures = test::varied_pictures(kRows, kPixels)
                                  .to(device, at::kDouble)
                                  .contiguous(at::MemoryFormat::ChannelsLast);
  const at::Tensor age = (at::arange(kRows, at::kLong) * 17).to(device);
  const at::Tensor gender = (at::arange(kRows, at::kLong) % kGenders).to(device);
  std::vector<std::uint32_t> samples(kRows);
  std::iota(samples.begin(), samples.end(), 3u);

  Learnt learnt;
  for (const std::int64_t real : {kRows, kRows - 1}) {
    const ForwardContext context = {
        .training = true,
        .real = real,
        .seed = 5,
        .samples = std::span(samples).first(static_cast<std::size_t>(real))};
    for (const NamedTensor& named : network->parameters()) named.tensor.mutable_grad().reset();
    const LossResult result =
        compute_loss(network->forward(pictures, context), age, gender, real, real, {});
    torch::autograd::backward({result.loss}, {});
    optimizer.step({.lr = 0.01, .momentum = 0.9});
    learnt.loss = result.sums()[MetricSums::kLoss];
  }
  for (const auto& list : {network->parameters(), network->buffers()}) {
    for (const NamedTensor& named : list) learnt.tensors.push_back(named.tensor.detach().cpu());
  }
  return learnt;
}

double relative_distance(const std::vector<at::Tensor>& actual,
                         const std::vector<at::Tensor>& expected) {
  double difference = 0, norm = 0;
  for (std::size_t i = 0; i < expected.size(); ++i) {
    difference += (actual[i] - expected[i]).square().sum().item<double>();
    norm += expected[i].square().sum().item<double>();
  }
  return std::sqrt(difference / norm);
}

TEST(NetworkOnGpus, every_network_learns_what_it_learns_on_the_cpu) {
  const comm::GpuSeat seat = comm::find_gpu_seat(test::mpi_session());
  if (!seat.refusal.empty()) GTEST_SKIP() << seat.refusal;
  const auto communicator = comm::make_communicator({.backend = "nccl"}, test::mpi_session());
  for (const ModelConfig& model : test::all_models(0.35)) {
    SCOPED_TRACE(test::name_of(model));
    const bool hard_swish = model.name.starts_with("mobilenet_v3");
    const double tolerance = hard_swish ? kHardSwishTolerance : kTolerance;
    const Learnt expected = learn(model, at::kCPU);
    const Learnt actual = learn(model, communicator->device());
    EXPECT_NEAR(actual.loss, expected.loss, tolerance * std::abs(expected.loss));
    EXPECT_LE(relative_distance(actual.tensors, expected.tensors), tolerance);
  }
}

}  // namespace
}  // namespace ag::nn
