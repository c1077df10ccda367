// The `loss` section of an experiment: what each head learns, and what a picture counts.
// loss_config.cpp says of each key what it may be and means.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "framework/config/visitor.h"
#include "framework/nn/age_output.h"

namespace ag::nn {

struct LossConfig {
  std::string age = "cross_entropy";  // see age_loss.h
  double age_weight = 1.0;
  double gender_weight = 1.0;
  double age_label_smoothing = 0;
  double gender_label_smoothing = 0;
  std::vector<std::int64_t> age_band_edges;  // years; see AgeBands
  std::vector<double> age_band_weights;

  double dldl_sigma = 2;  // years
  double mean_weight = 0.2;
  double variance_weight = 0.05;
  std::string ordinal = "coral";  // see AgeOutput
  double huber_years = 1;

  void visit(config::Visitor& v);
};

// What the age head must give for this loss.
AgeOutput age_output(const LossConfig& config);

}  // namespace ag::nn
