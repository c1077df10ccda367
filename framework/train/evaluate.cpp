#include "framework/train/evaluate.h"

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>

#include <algorithm>

#include "framework/kernels/constant_weights.h"
#include "framework/train/agreement.h"
#include "framework/train/batch_on_device.h"

namespace ag::train {
namespace {

constexpr std::int64_t kColumns = nn::MetricSums::kSize + nn::GroupSums::kValues;

Evaluation evaluate_batch(nn::Network& network, const loader::Batch& batch,
                          const nn::LossConfig& loss) {
  const BatchOnDevice rows = on_device_of(network, batch);
  const nn::Prediction told = network.forward(rows.pictures, {});
  return {nn::compute_loss(told, rows.age, rows.gender, batch.real, batch.real, loss).sums(),
          nn::group_sums(told, rows.age, rows.gender, batch.real)};
}

void write_row(const Evaluation& of, double* row) {
  std::copy(of.groups.values.begin(), of.groups.values.end(),
            std::copy(of.sums.values.begin(), of.sums.values.end(), row));
}

Evaluation read_row(const double* row) {
  Evaluation of;
  std::copy_n(row, of.sums.values.size(), of.sums.values.begin());
  std::copy_n(row + of.sums.values.size(), of.groups.values.size(), of.groups.values.begin());
  return of;
}

}  // namespace

std::optional<Evaluation> evaluate(nn::Network& network, loader::Loader& loader,
                                   const nn::LossConfig& loss, comm::Communicator& communicator,
                                   const EvaluationWatcher& watcher) {
  const c10::NoGradGuard no_grad;
  const kernels::ConstantWeights constant;
  const comm::World& world = communicator.world();
  const data::BatchPlan& plan = loader.plan();
  const std::int64_t rounds = (plan.batches() + world.size - 1) / world.size;
  // Row b holds the sums of batch b: written by the rank that computes it, zero on all others.
  const at::Tensor table = at::zeros({plan.batches(), kColumns}, at::kDouble);
  auto* rows = table.mutable_data_ptr<double>();
  loader.start(0);
  for (std::int64_t round = 0; round < rounds; ++round) {
    if (round < plan.steps()) {
      const loader::Batch& batch = loader.next();
      write_row(evaluate_batch(network, batch, loss), rows + batch.step * kColumns);
    }
    const bool stop = watcher(std::min((round + 1) * world.size, plan.batches()), plan.batches());
    if (any_rank(communicator, stop)) return std::nullopt;
  }
  communicator.all_reduce_sum(table);
  Evaluation total;
  for (std::int64_t b = 0; b < plan.batches(); ++b) {
    const Evaluation of_batch = read_row(rows + b * kColumns);
    total.sums += of_batch.sums;
    total.groups += of_batch.groups;
  }
  return total;
}

}  // namespace ag::train
