#include "framework/nn/loss.h"

#include <c10/core/GradMode.h>

#include <algorithm>
#include <array>
#include <cstddef>

#include "framework/core/error.h"
#include "framework/kernels/cross_entropy.h"
#include "framework/nn/age_loss.h"
#include "framework/nn/age_output.h"

namespace ag::nn {
namespace {

constexpr double kCumulativeScoreYears = 5;

struct Mean {
  const char* name;
  MetricSums::Index sum;
};

constexpr std::array<Mean, 7> kMeans = {{{"loss", MetricSums::kLoss},
                                         {"age_loss", MetricSums::kAgeLoss},
                                         {"gender_loss", MetricSums::kGenderLoss},
                                         {"age_mae", MetricSums::kAgeError},
                                         {"age_cs5", MetricSums::kAgeWithinFive},
                                         {"age_accuracy", MetricSums::kAgeTop1},
                                         {"gender_accuracy", MetricSums::kGenderTop1}}};

struct Rows {
  at::Tensor age_outputs, gender_logits;   // [real, A], [real, 2]
  at::Tensor age, gender;                  // [real]
  at::Tensor age_loss, gender_loss, loss;  // [real]
};

at::Tensor sums_of(const Rows& rows) {
  const c10::NoGradGuard no_grad;
  const at::Tensor error = (expected_age(rows.age_outputs) - rows.age).abs();
  const auto sum = [](const at::Tensor& values) { return values.sum(at::kDouble); };
  return at::stack({sum(at::ones_like(error)), sum(rows.loss), sum(rows.age_loss),
                    sum(rows.gender_loss), sum(error), sum(error <= kCumulativeScoreYears),
                    sum(named_age(rows.age_outputs) == rows.age),
                    sum(rows.gender_logits.argmax(1) == rows.gender)});
}

}  // namespace

MetricSums& MetricSums::operator+=(const MetricSums& other) {
  for (std::size_t i = 0; i < values.size(); ++i) values[i] += other.values[i];
  return *this;
}

MetricSums LossResult::sums() const {
  const at::Tensor sums = sums_on_device.cpu();
  MetricSums result;
  std::copy_n(sums.const_data_ptr<double>(), result.values.size(), result.values.begin());
  return result;
}

std::vector<std::pair<std::string, double>> named_metrics(const MetricSums& sums,
                                                          const std::string& prefix) {
  std::vector<std::pair<std::string, double>> metrics;
  metrics.reserve(kMeans.size());
  for (const Mean& mean : kMeans) {
    metrics.emplace_back(prefix + "/" + mean.name, sums[mean.sum] / sums[MetricSums::kCount]);
  }
  return metrics;
}

std::vector<std::string> metric_names(const std::string& prefix) {
  std::vector<std::string> names;
  names.reserve(kMeans.size());
  for (const Mean& mean : kMeans) names.push_back(prefix + "/" + mean.name);
  return names;
}

LossResult compute_loss(const Prediction& prediction, const at::Tensor& age,
                        const at::Tensor& gender, std::int64_t real, std::int64_t global_real,
                        const LossConfig& config) {
  if (real < 0 || real > prediction.age.size(0) || global_real < std::max<std::int64_t>(real, 1)) {
    throw Error("loss", std::to_string(real) + " real rows here and " +
                            std::to_string(global_real) +
                            " on all ranks can't be, with batches of " +
                            std::to_string(prediction.age.size(0)));
  }
  const auto counted = [real](const at::Tensor& rows) { return rows.narrow(0, 0, real); };
  Rows rows = {.age_outputs = counted(prediction.age),
               .gender_logits = counted(prediction.gender),
               .age = counted(age),
               .gender = counted(gender)};
  rows.age_loss = age_loss(rows.age_outputs, rows.age, config);
  rows.gender_loss =
      kernels::cross_entropy(rows.gender_logits, rows.gender, config.gender_label_smoothing);
  rows.loss = rows.age_loss * config.age_weight + rows.gender_loss * config.gender_weight;
  return {rows.loss.sum() / static_cast<double>(global_real), sums_of(rows)};
}

}  // namespace ag::nn
