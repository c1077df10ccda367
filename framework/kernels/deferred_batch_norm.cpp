#include "framework/kernels/deferred_batch_norm.h"

#include <ATen/ops/empty.h>
#include <ATen/ops/from_blob.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "framework/kernels/constant_weights.h"

namespace ag::kernels {
namespace {

using Doubles = std::vector<double>;

// Of rows, a channel each: their mean and the sum of their squared deviations from it.
struct Deviations {
  double rows = 0;
  Doubles mean, squares;
};

// Source of the merging: Chan, Golub and LeVeque, "Updating Formulae and a Pairwise Algorithm for
// Computing Sample Variances", 1979.
Deviations merged(std::span<const cpu::Moments> moments, std::size_t channels) {
  Deviations all = {0, Doubles(channels), Doubles(channels)};
  for (const cpu::Moments& part : moments) {
    if (part.rows == 0) continue;
    const auto rows = static_cast<double>(part.rows);
    const double total = all.rows + rows;
    for (std::size_t c = 0; c < channels; ++c) {
      const double mean = part.pivot[c] + part.sum[c] / rows;
      const double squares = std::max(part.squares[c] - part.sum[c] * part.sum[c] / rows, 0.0);
      const double apart = mean - all.mean[c];
      all.mean[c] += apart * rows / total;
      all.squares[c] += squares + apart * apart * all.rows * rows / total;
    }
    all.rows = total;
  }
  return all;
}

void all_reduce(const BnActOptions& options, Doubles& values) {
  options.all_reduce_sum(at::from_blob(values.data(), {static_cast<std::int64_t>(values.size())},
                                       at::TensorOptions(at::kDouble)));
}

// Over all ranks, in two reductions as the reference has them.
void merge_ranks(const BnActOptions& options, Deviations& own) {
  const std::size_t channels = own.mean.size();
  Doubles sums(channels + 1);
  for (std::size_t c = 0; c < channels; ++c) sums[c] = own.mean[c] * own.rows;
  sums[channels] = own.rows;
  all_reduce(options, sums);
  const double rows = sums[channels];
  for (std::size_t c = 0; c < channels; ++c) {
    const double mean = sums[c] / std::max(rows, 1.0);
    own.squares[c] += own.rows * (own.mean[c] - mean) * (own.mean[c] - mean);
    own.mean[c] = mean;
  }
  all_reduce(options, own.squares);
  own.rows = rows;
}

at::Tensor floats(std::size_t channels) {
  return at::empty({static_cast<std::int64_t>(channels)}, at::TensorOptions(at::kFloat));
}

void move_towards(const at::Tensor& running, const Doubles& now, double factor, double momentum) {
  auto* values = running.data_ptr<float>();
  for (std::size_t c = 0; c < now.size(); ++c) {
    values[c] = static_cast<float>(momentum * values[c] + (1.0 - momentum) * factor * now[c]);
  }
}

// Running statistics as if they were a batch's.
Deviations given(const BatchNormTensors& bn) {
  const std::span mean(bn.running_mean.data_ptr<float>(),
                       static_cast<std::size_t>(bn.running_mean.numel()));
  const std::span variance(bn.running_var.data_ptr<float>(), mean.size());
  return {0, Doubles(mean.begin(), mean.end()), Doubles(variance.begin(), variance.end())};
}

// The batch's mean and variance (in `squares`), and how many numbers a channel they are made of:
// none where no rank has any, and they are given.
Deviations of_batch(std::span<const cpu::Moments> moments, const BatchNormTensors& bn,
                    const BnActOptions& options) {
  Deviations batch = merged(moments, static_cast<std::size_t>(bn.weight.numel()));
  if (options.all_reduce_sum) merge_ranks(options, batch);
  if (batch.rows == 0) return given(bn);
  for (double& square : batch.squares) square /= batch.rows;
  const double factor =
      options.biased_running_variance ? 1.0 : batch.rows / std::max(batch.rows - 1.0, 1.0);
  move_towards(bn.running_mean, batch.mean, 1.0, options.momentum);
  move_towards(bn.running_var, batch.squares, factor, options.momentum);
  return batch;
}

DeferredBatchNorm deferred(const Deviations& used, const BatchNormTensors& bn,
                           const BnActOptions& options) {
  const std::size_t channels = used.mean.size();
  DeferredBatchNorm made;
  made.mean = floats(channels);
  made.inverse_deviation = floats(channels);
  made.scale = floats(channels);
  made.shift = floats(channels);
  made.options = options;
  made.weight = bn.weight.detach();
  made.count = used.rows;
  // Asking a tensor for its numbers takes longer than computing one of them.
  const auto* weight = bn.weight.const_data_ptr<float>();
  const auto* bias = bn.bias.const_data_ptr<float>();
  auto* mean = made.mean.mutable_data_ptr<float>();
  auto* inverse_deviation = made.inverse_deviation.mutable_data_ptr<float>();
  auto* scale = made.scale.mutable_data_ptr<float>();
  auto* shift = made.shift.mutable_data_ptr<float>();
  for (std::size_t c = 0; c < channels; ++c) {
    const double inverse = 1.0 / std::sqrt(used.squares[c] + options.eps);
    const double factor = inverse * weight[c];
    mean[c] = static_cast<float>(used.mean[c]);
    inverse_deviation[c] = static_cast<float>(inverse);
    scale[c] = static_cast<float>(factor);
    shift[c] = static_cast<float>(bias[c] - used.mean[c] * factor);
  }
  return made;
}

}  // namespace

cpu::Deferred DeferredBatchNorm::reading() const {
  return {scale.const_data_ptr<float>(), shift.const_data_ptr<float>(), options.activation};
}

std::shared_ptr<const DeferredBatchNorm> defer_batch_norm(std::span<const cpu::Moments> moments,
                                                          const BatchNormTensors& bn,
                                                          const BnActOptions& options) {
  if (!options.training) {
    return derived_from<DeferredBatchNorm>(bn.running_var,
                                           [&] { return deferred(given(bn), bn, options); });
  }
  return std::make_shared<const DeferredBatchNorm>(
      deferred(of_batch(moments, bn, options), bn, options));
}

BatchNormGradient batch_norm_gradient(const DeferredBatchNorm& bn, const cpu::GradientSums& sums) {
  const std::size_t channels = sums.dz.size();
  const auto* weight = bn.weight.const_data_ptr<float>();
  const auto* mean = bn.mean.const_data_ptr<float>();
  const auto* inverse = bn.inverse_deviation.const_data_ptr<float>();
  BatchNormGradient gradient = {floats(channels), floats(channels), floats(channels),
                                floats(channels), floats(channels)};
  auto* of_weight = gradient.weight.mutable_data_ptr<float>();
  auto* of_bias = gradient.bias.mutable_data_ptr<float>();
  Doubles of_all(2 * channels);
  for (std::size_t c = 0; c < channels; ++c) {
    of_all[c] = sums.dz[c];
    of_all[channels + c] = sums.dz_centred[c] * inverse[c];
    of_bias[c] = static_cast<float>(of_all[c]);
    of_weight[c] = static_cast<float>(of_all[channels + c]);
  }
  if (bn.options.training && bn.options.all_reduce_sum) all_reduce(bn.options, of_all);
  auto* of_dz = gradient.of_dz.mutable_data_ptr<float>();
  auto* of_y = gradient.of_y.mutable_data_ptr<float>();
  auto* constant = gradient.constant.mutable_data_ptr<float>();
  for (std::size_t c = 0; c < channels; ++c) {
    const double slope = static_cast<double>(weight[c]) * inverse[c];
    const double mean_dz = bn.count > 0 ? of_all[c] / bn.count : 0;
    const double mean_product = bn.count > 0 ? of_all[channels + c] / bn.count : 0;
    const double times_y = -slope * inverse[c] * mean_product;
    of_dz[c] = static_cast<float>(slope);
    of_y[c] = static_cast<float>(times_y);
    constant[c] = static_cast<float>(-slope * mean_dz - times_y * mean[c]);
  }
  return gradient;
}

}  // namespace ag::kernels
