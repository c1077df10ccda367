// The `loss` section of an experiment: what each head learns, and what a picture counts.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "framework/config/visitor.h"
#include "framework/nn/age_output.h"

namespace ag::nn {

struct LossConfig {
  // cross_entropy, dldl, mean_variance, ordinal, regression: see age_loss.h.
  std::string age = "cross_entropy";
  double age_weight = 1.0;
  double gender_weight = 1.0;
  // Share of the target that is spread evenly over all classes, [0, 1).
  double age_label_smoothing = 0;
  double gender_label_smoothing = 0;
  // What the age loss of a picture is multiplied with, by the band of its age (see AgeBands): a
  // weight a band, one more than edges, or neither.
  std::vector<std::int64_t> age_band_edges;
  std::vector<double> age_band_weights;

  double dldl_sigma = 2;          // years, above 0
  double mean_weight = 0.2;       // mean_variance
  double variance_weight = 0.05;  // mean_variance
  std::string ordinal = "coral";  // or or_cnn: whether thresholds share their weights
  double huber_years = 1;         // regression; 0: absolute error throughout

  void visit(config::Visitor& v);
};

// What the age head must give for this loss.
AgeOutput age_output(const LossConfig& config);

}  // namespace ag::nn
