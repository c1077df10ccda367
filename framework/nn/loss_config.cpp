#include "framework/nn/loss_config.h"

#include "framework/core/age_bands.h"

namespace ag::nn {

void LossConfig::visit(config::Visitor& v) {
  v.field("age", age,
          config::one_of({"cross_entropy", "dldl", "mean_variance", "ordinal", "regression"}),
          "loss of the age head: a class a year (cross_entropy), a bell of classes around the age "
          "(dldl), cross_entropy drawn to its mean and narrowed (mean_variance), older than each "
          "age or not (ordinal), years (regression)");
  v.field("age_weight", age_weight, config::at_least(0), "what the age loss is multiplied with");
  v.field("gender_weight", gender_weight, config::at_least(0),
          "what the gender loss is multiplied with");
  v.field(
      "age_label_smoothing", age_label_smoothing, config::from_below(0, 1),
      "share of the age target that is spread evenly over all classes; for ordinal over yes and "
      "no");
  v.field("gender_label_smoothing", gender_label_smoothing, config::from_below(0, 1),
          "the same of the gender target");
  v.field("age_band_edges", age_band_edges, config::between(1, kAges - 1),
          "first age of every band but the first: [13, 18] for 0-12, 13-17 and 18+");
  v.field("age_band_weights", age_band_weights, config::at_least(0),
          "what the age loss of a picture is multiplied with, a number a band; the sum is still "
          "divided by the count of pictures, not by their weights");
  v.field("dldl_sigma", dldl_sigma, config::above(0),
          "standard deviation of the bell, years (dldl)");
  v.field("mean_weight", mean_weight, config::at_least(0),
          "weight of half the squared error of the expected age (mean_variance)");
  v.field("variance_weight", variance_weight, config::at_least(0),
          "weight of the variance of the predicted distribution (mean_variance)");
  v.field(
      "ordinal", ordinal, config::one_of({"coral", "or_cnn"}),
      "the 100 questions share one weight vector with a bias each (coral) or have a vector each "
      "(or_cnn) (ordinal)");
  v.field("huber_years", huber_years, config::at_least(0),
          "errors below this many years count by their square, larger ones as they are; 0: all as "
          "they are (regression)");
  v.require(age_weight + gender_weight > 0, "age_weight", "can't be 0 where gender_weight is 0");
  v.require(age != "regression" || age_label_smoothing == 0, "age_label_smoothing",
            "has no classes to spread over with regression");
  v.require(are_band_edges(age_band_edges), "age_band_edges", "must rise");
  const bool weighs = !age_band_edges.empty() || !age_band_weights.empty();
  v.require(!weighs || age_band_weights.size() == age_band_edges.size() + 1, "age_band_weights",
            "must be one number more than age_band_edges");
}

AgeOutput age_output(const LossConfig& config) {
  if (config.age == "regression") return AgeOutput::kYears;
  if (config.age != "ordinal") return AgeOutput::kClasses;
  return config.ordinal == "coral" ? AgeOutput::kSharedThresholds : AgeOutput::kThresholds;
}

}  // namespace ag::nn
