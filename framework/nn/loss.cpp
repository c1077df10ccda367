#include "framework/nn/loss.h"

#include <ATen/core/Reduction.h>
#include <c10/core/GradMode.h>

#include <algorithm>
#include <cstddef>

#include "framework/core/error.h"

namespace ag::nn {
namespace {

constexpr double kCumulativeScoreYears = 5;

// One loss a row, [N].
at::Tensor cross_entropy(const at::Tensor& logits, const at::Tensor& classes) {
  return at::cross_entropy_loss(logits, classes, {}, at::Reduction::None);
}

at::Tensor age_loss(const at::Tensor& logits, const at::Tensor& age, const LossConfig& config) {
  if (config.age == "cross_entropy") return cross_entropy(logits, age);
  throw usage_error("loss.age", "there is no age loss '" + config.age + "'",
                    "cross_entropy is there");
}

// What the age head believes, in years, [N].
at::Tensor expected_age(const at::Tensor& logits) {
  return at::softmax(logits, 1, at::kDouble)
      .mv(at::arange(kAges, logits.options().dtype(at::kDouble)));
}

struct Rows {
  at::Tensor age_logits, gender_logits;    // [real, 101], [real, 2]
  at::Tensor age, gender;                  // [real]
  at::Tensor age_loss, gender_loss, loss;  // [real]
};

MetricSums sums_of(const Rows& rows) {
  const c10::NoGradGuard no_grad;
  const at::Tensor error = (expected_age(rows.age_logits) - rows.age).abs();
  const auto sum = [](const at::Tensor& values) { return values.sum(at::kDouble); };
  const at::Tensor sums =
      at::stack({sum(at::ones_like(error)), sum(rows.loss), sum(rows.age_loss),
                 sum(rows.gender_loss), sum(error), sum(error <= kCumulativeScoreYears),
                 sum(rows.age_logits.argmax(1) == rows.age),
                 sum(rows.gender_logits.argmax(1) == rows.gender)})
          .cpu();
  MetricSums result;
  std::copy_n(sums.const_data_ptr<double>(), result.values.size(), result.values.begin());
  return result;
}

}  // namespace

void LossConfig::visit(config::Visitor& v) {
  v.field("age", age, config::one_of({"cross_entropy"}), "loss of the age head");
  v.field("age_weight", age_weight, config::at_least(0), "what the age loss is multiplied with");
  v.field("gender_weight", gender_weight, config::at_least(0),
          "what the gender loss is multiplied with");
  v.require(age_weight + gender_weight > 0, "age_weight", "can't be 0 where gender_weight is 0");
}

MetricSums& MetricSums::operator+=(const MetricSums& other) {
  for (std::size_t i = 0; i < values.size(); ++i) values[i] += other.values[i];
  return *this;
}

std::vector<std::pair<std::string, double>> named_metrics(const MetricSums& sums,
                                                          const std::string& prefix) {
  std::vector<std::pair<std::string, double>> metrics;
  const auto add = [&](const char* name, MetricSums::Index index) {
    metrics.emplace_back(prefix + "/" + name, sums[index] / sums[MetricSums::kCount]);
  };
  add("loss", MetricSums::kLoss);
  add("age_loss", MetricSums::kAgeLoss);
  add("gender_loss", MetricSums::kGenderLoss);
  add("age_mae", MetricSums::kAgeError);
  add("age_cs5", MetricSums::kAgeWithinFive);
  add("age_accuracy", MetricSums::kAgeTop1);
  add("gender_accuracy", MetricSums::kGenderTop1);
  return metrics;
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
  Rows rows = {.age_logits = counted(prediction.age),
               .gender_logits = counted(prediction.gender),
               .age = counted(age),
               .gender = counted(gender)};
  rows.age_loss = age_loss(rows.age_logits, rows.age, config);
  rows.gender_loss = cross_entropy(rows.gender_logits, rows.gender);
  rows.loss = rows.age_loss * config.age_weight + rows.gender_loss * config.gender_weight;
  return {rows.loss.sum() / static_cast<double>(global_real), sums_of(rows)};
}

}  // namespace ag::nn
