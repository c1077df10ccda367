// Age and gender of faces, by a trained network.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "framework/kernels/constant_weights.h"
#include "framework/nn/network.h"

namespace ag::deploy {

// Of the distribution that the network tells over ages: the ages below which a tenth, and nine
// tenths of it lie.
struct AgeRange {
  double low = 0;   // years
  double high = 0;  // years
};

struct FaceAnswer {
  double age = 0;                 // the distribution's mean, years
  std::optional<AgeRange> range;  // nothing where the network tells an age alone
  int named_age = 0;              // the likeliest age; without a distribution the age, rounded
  double male = 0;                // probability; that of female is the rest
};

struct PredictorOptions {
  // BatchNorms become part of the convolutions before them. Answers then differ from the network's
  // by rounding.
  bool fold = false;
  // Each face is asked about in its mirror image, too, and the mean of both answers told.
  bool flip = false;
};

// On the one thread that made it, and with LibTorch's threads as many as that thread has set.
class Predictor {
 public:
  // Takes the network over; with `fold` its weights change.
  Predictor(std::unique_ptr<nn::Network> network, const PredictorOptions& options);

  // `pictures` [N, 3, S, S] as loader::Batch has them: float, scaled to [-1, 1]. What is told of
  // one doesn't depend on the others.
  std::vector<FaceAnswer> answer(const at::Tensor& pictures);

 private:
  std::unique_ptr<nn::Network> network_;
  bool flip_;
  kernels::ConstantWeights constant_;
};

// Of what a network says, N faces.
std::vector<FaceAnswer> answers_of(const nn::Prediction& prediction);

}  // namespace ag::deploy
