#include "framework/nn/age_loss.h"

#include <ATen/ATen.h>
#include <ATen/core/Reduction.h>
#include <fmt/format.h>

#include <vector>

#include "framework/core/age_bands.h"
#include "framework/core/error.h"
#include "framework/kernels/cross_entropy.h"

namespace ag::nn {
namespace {

at::Tensor all_ages(const at::Tensor& like) {
  return at::arange(kAges, like.options());
}

at::Tensor as_column(const at::Tensor& age, const at::Tensor& like) {
  return age.to(like.scalar_type()).unsqueeze(1);
}

at::Tensor dldl(const at::Tensor& logits, const at::Tensor& age, const LossConfig& config) {
  const at::Tensor distance = all_ages(logits) - as_column(age, logits);
  const double smoothing = config.age_label_smoothing;
  // A softmax of squares is the Gaussian, made to sum up to 1.
  const at::Tensor target =
      at::softmax(distance.square() / (-2 * config.dldl_sigma * config.dldl_sigma), 1)
          .mul(1 - smoothing)
          .add(smoothing / kAges);
  return at::kl_div(at::log_softmax(logits, 1), target, at::Reduction::None).sum(1);
}

at::Tensor mean_variance(const at::Tensor& logits, const at::Tensor& age,
                         const LossConfig& config) {
  const at::Tensor share = at::softmax(logits, 1);
  const at::Tensor ages = all_ages(logits);
  const at::Tensor mean = (share * ages).sum(1, /*keepdim=*/true);
  const at::Tensor variance = (share * (ages - mean).square()).sum(1);
  const at::Tensor error = (mean - as_column(age, logits)).squeeze(1);
  return kernels::cross_entropy(logits, age, config.age_label_smoothing) +
         error.square() * (config.mean_weight / 2) + variance * config.variance_weight;
}

at::Tensor ordinal(const at::Tensor& logits, const at::Tensor& age, const LossConfig& config) {
  const double smoothing = config.age_label_smoothing;
  const at::Tensor older = as_column(age, logits) > at::arange(kAgeThresholds, logits.options());
  const at::Tensor target = older.to(logits.scalar_type()).mul(1 - smoothing).add(smoothing / 2);
  return at::binary_cross_entropy_with_logits(logits, target, {}, {}, at::Reduction::None).sum(1);
}

at::Tensor unweighted(const at::Tensor& outputs, const at::Tensor& age, const LossConfig& config) {
  if (config.age == "cross_entropy")
    return kernels::cross_entropy(outputs, age, config.age_label_smoothing);
  if (config.age == "dldl") return dldl(outputs, age, config);
  if (config.age == "mean_variance") return mean_variance(outputs, age, config);
  if (config.age == "ordinal") return ordinal(outputs, age, config);
  if (config.age == "regression") {
    return at::smooth_l1_loss(outputs.squeeze(1), age.to(outputs.scalar_type()),
                              at::Reduction::None, config.huber_years);
  }
  throw usage_error("loss.age", "there is no age loss '" + config.age + "'",
                    "there are cross_entropy, dldl, mean_variance, ordinal and regression");
}

// The weight of each age, [101].
at::Tensor weight_table(const LossConfig& config, const at::Tensor& like) {
  const AgeBands bands(config.age_band_edges);
  std::vector<double> weights;
  for (std::int64_t age = 0; age < kAges; ++age) {
    weights.push_back(config.age_band_weights.at(bands.of(age)));
  }
  return at::tensor(weights, at::kDouble).to(like.options());
}

}  // namespace

at::Tensor age_loss(const at::Tensor& outputs, const at::Tensor& age, const LossConfig& config) {
  const std::int64_t wanted = age_outputs(age_output(config));
  if (outputs.size(1) != wanted) {
    throw Error("loss", fmt::format("{} wants {} numbers a picture from the age head, not {}",
                                    config.age, wanted, outputs.size(1)));
  }
  at::Tensor loss = unweighted(outputs, age, config);
  if (config.age_band_weights.empty()) return loss;
  return loss * weight_table(config, outputs).index_select(0, age);
}

}  // namespace ag::nn
