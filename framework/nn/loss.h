// The training loss of both heads, and the sums that the metrics are made of.
#pragma once

#include <ATen/core/Tensor.h>

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "framework/nn/loss_config.h"
#include "framework/nn/network.h"

namespace ag::nn {

// Sums over pictures, in fp64. Sums of batches and of ranks add up to the sums of all their
// pictures; what people read is made of them last.
struct MetricSums {
  // Its order is part of checkpoints (epoch_sums): one more makes a new version of them.
  enum Index : std::size_t {
    kCount,          // pictures
    kLoss,           // weighted sum of the two below
    kAgeLoss,        // as age_loss() has it, weights of age bands included
    kGenderLoss,     // cross-entropy, nats
    kAgeError,       // |expected age - age|, years; see expected_age()
    kAgeWithinFive,  // pictures with an error of at most five years
    kAgeTop1,        // pictures of which the age is named right; see named_age()
    kGenderTop1,     // pictures whose likelier gender is the gender
    kSize,
  };
  std::array<double, kSize> values{};  // in this order: to be reduced over ranks as it is

  double operator[](Index index) const { return values[index]; }
  MetricSums& operator+=(const MetricSums& other);
};

// The means by name: "val/loss", "val/age_loss", "val/gender_loss", "val/age_mae" (years),
// "val/age_cs5", "val/age_accuracy" and "val/gender_accuracy" (shares), for prefix "val". Without
// pictures there is no mean: NaN.
std::vector<std::pair<std::string, double>> named_metrics(const MetricSums& sums,
                                                          const std::string& prefix);
// Their names alone, in the same order.
std::vector<std::string> metric_names(const std::string& prefix);

struct LossResult {
  at::Tensor loss;            // scalar with a graph: sum over the real rows / global_real
  at::Tensor sums_on_device;  // [MetricSums::kSize] fp64, over the real rows of this rank

  // Waits for the device: to be called once everything else of the step is under way.
  MetricSums sums() const;
};

// `age` and `gender` int64 [N]. The first `real` rows count; `global_real` is their number over all
// ranks, so that the gradients of all ranks add up to those of the mean loss. Weights of age bands
// don't change that: they are divided by nothing, so a picture counts the same in any company, and
// ranks needn't know each other's pictures. real == 0 is a loss of 0 whose gradients are zeros.
// Throws Error where global_real < max(real, 1).
LossResult compute_loss(const Prediction& prediction, const at::Tensor& age,
                        const at::Tensor& gender, std::int64_t real, std::int64_t global_real,
                        const LossConfig& config);

}  // namespace ag::nn
