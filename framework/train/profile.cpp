#include "framework/train/profile.h"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <memory>
#include <numeric>
#include <vector>

#include "framework/core/stopwatch.h"
#include "framework/kernels/cpu/choice.h"
#include "framework/kernels/cpu/machine.h"
#include "framework/kernels/layer_clock.h"
#include "framework/nn/forward_context.h"
#include "framework/nn/loss.h"
#include "framework/train/precision.h"

namespace ag::train {
namespace {

constexpr int kWarmUp = 3;
constexpr int kSteps = 8;
constexpr double kGiga = 1e9;
constexpr double kMilli = 1e-3;

// What a rank's threads can do together.
struct Machine {
  double operations = 0;  // a second
  double bytes = 0;       // a second
};

// Of bfloat16, by LibTorch's product of large matrices.
double bf16_operations_per_second() {
  constexpr std::int64_t kSize = 512;
  const at::Tensor a = at::ones({kSize, kSize}, at::kBFloat16);
  double best = 0;
  for (int trial = 0; trial < 2 * kWarmUp; ++trial) {
    const Stopwatch watch;
    at::mm(a, a);
    best = std::max(best, 2.0 * kSize * kSize * kSize / watch.seconds());
  }
  return best;
}

Machine measure(const std::string& precision) {
  const bool bf16 = precision == "bf16" && kernels::cpu::multiplies_bf16();
  const auto threads = static_cast<double>(at::get_num_threads());
  return {threads * (bf16 ? bf16_operations_per_second() : kernels::cpu::operations_per_second()),
          kernels::cpu::memory_bytes_per_second()};
}

struct Step {
  double seconds = 0;  // the median of a whole step
  std::map<std::string, kernels::LayerSeconds> layers;
};

class Stepper {
 public:
  Stepper(const Experiment& experiment, std::int64_t rows)
      : network_(make_network(experiment)), loss_(experiment.loss), rows_(rows) {
    const std::int64_t size = experiment.dataset.size;
    const at::Tensor& like = network_->parameters().front().tensor;
    pictures_ = at::rand({rows, 3, size, size}, like.options().requires_grad(false))
                    .contiguous(at::MemoryFormat::ChannelsLast);
    age_ = at::full({rows}, 30, at::kLong);
    gender_ = at::zeros({rows}, at::kLong);
    samples_.resize(static_cast<std::size_t>(rows));
    std::iota(samples_.begin(), samples_.end(), 0U);
  }

  void step() {
    nn::ForwardContext context;
    context.training = true;
    context.real = rows_;
    context.samples = samples_;
    context.clock = &clock_;
    const nn::Prediction prediction = network_->forward(pictures_, context);
    nn::compute_loss(prediction, age_, gender_, rows_, rows_, loss_).loss.backward();
  }

  nn::Summary summary() const { return network_->summary(); }
  kernels::LayerClock& clock() { return clock_; }

 private:
  std::unique_ptr<nn::Network> network_;
  nn::LossConfig loss_;
  std::int64_t rows_;
  at::Tensor pictures_, age_, gender_;
  std::vector<std::uint32_t> samples_;
  kernels::LayerClock clock_;
};

Step run(Stepper& stepper) {
  for (int i = 0; i < kWarmUp; ++i) stepper.step();
  stepper.clock().clear();
  std::vector<double> seconds;
  for (int i = 0; i < kSteps; ++i) {
    const Stopwatch watch;
    stepper.step();
    seconds.push_back(watch.seconds());
  }
  std::nth_element(seconds.begin(), seconds.begin() + kSteps / 2, seconds.end());
  Step step = {seconds[kSteps / 2], stepper.clock().layers()};
  for (auto& [name, layer] : step.layers) {
    layer.forward /= kSteps;
    layer.backward /= kSteps;
  }
  return step;
}

// What a layer must do at least, both passes together.
struct Work {
  double operations = 0;
  double bytes = 0;
};

// Forward reads what comes in and writes what goes out; backward reads both, and the gradient of
// what goes out, and writes that of what comes in. Pictures want no gradient. Weights are read
// twice, and their gradient is written.
Work work_of(const nn::LayerSummary& layer, std::int64_t rows, std::size_t feature_bytes,
             bool first) {
  const auto in = static_cast<double>(rows * layer.input.numel());
  const auto out = static_cast<double>(rows * layer.output.numel());
  const double passes_of_input = first ? 2 : 3;
  const double products = first ? 2 : 3;
  return {products * 2.0 * static_cast<double>(rows * layer.macs),
          (passes_of_input * in + 3 * out) * static_cast<double>(feature_bytes) +
              3.0 * sizeof(float) * static_cast<double>(layer.trainable)};
}

std::string row(const std::string& layer, const std::string& kind, double seconds, const Work& work,
                const Machine& machine) {
  const double arithmetic = work.operations / machine.operations;
  const double memory = work.bytes / machine.bytes;
  return fmt::format("{:<24}{:<18}{:>9.2f}{:>10.1f}{:>9.1f}{:>12}{:>9.2f}{:>8.0f}%\n", layer, kind,
                     seconds / kMilli, work.operations / seconds / kGiga,
                     work.bytes / seconds / kGiga, arithmetic > memory ? "arithmetic" : "memory",
                     std::max(arithmetic, memory) / kMilli,
                     100 * std::max(arithmetic, memory) / seconds);
}

std::string heading() {
  return fmt::format("{:<24}{:<18}{:>9}{:>10}{:>9}{:>12}{:>9}{:>9}\n", "layer", "kind", "ms",
                     "GFLOP/s", "GB/s", "bound by", "bound ms", "reached");
}

std::string table(const nn::Summary& summary, const Step& step, const Machine& machine,
                  std::int64_t rows, std::size_t feature_bytes) {
  constexpr int kColumns = 100;
  std::string text = heading() + fmt::format("{:-<{}}\n", "", kColumns);
  double bound = 0;
  double layers = 0;
  bool first = true;
  for (const nn::LayerSummary& layer : summary.layers) {
    const auto found = step.layers.find(layer.name);
    if (found == step.layers.end()) continue;
    const Work work = work_of(layer, rows, feature_bytes, first);
    first = false;
    const double seconds = found->second.forward + found->second.backward;
    text += row(layer.name, layer.kind, seconds, work, machine);
    bound += std::max(work.operations / machine.operations, work.bytes / machine.bytes);
    layers += seconds;
  }
  text += fmt::format("{:-<{}}\n", "", kColumns);
  text += fmt::format(
      "The step takes {:.1f} ms, of which these layers {:.1f} and all else {:.1f}. "
      "Their bounds add up to {:.1f} ms:\nthe step reaches {:.0f}% of the roofline.\n",
      step.seconds / kMilli, layers / kMilli, (step.seconds - layers) / kMilli, bound / kMilli,
      100 * bound / step.seconds);
  return text;
}

}  // namespace

std::string profile(const Experiment& experiment, int ranks) {
  Experiment own = experiment;
  if (own.train.precision == "auto") own.train.precision = precision_of_processor();
  at::set_num_threads(static_cast<int>(own.train.threads));
  const std::int64_t rows = std::max<std::int64_t>(own.train.global_batch(ranks) / ranks, 1);
  Stepper stepper(own, rows);
  const Step step = run(stepper);
  const Machine machine = measure(own.train.precision);
  const nn::Summary summary = stepper.summary();
  const std::size_t feature_bytes = c10::elementSize(type_of(own.train.precision));
  return fmt::format(
             "{}, batch {}, {}, {} kernels, {} of this rank\n"
             "Forward and backward. The machine: {:.1f} GFLOP/s, {:.1f} GB/s.\n\n",
             summary.name, rows, own.train.precision, kernels::cpu::kernels_chosen(),
             own.train.threads == 1 ? "1 thread" : fmt::format("{} threads", own.train.threads),
             machine.operations / kGiga, machine.bytes / kGiga) +
         table(summary, step, machine, rows, feature_bytes);
}

}  // namespace ag::train
