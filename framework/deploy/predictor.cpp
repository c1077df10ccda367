#include "framework/deploy/predictor.h"

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>

#include <algorithm>
#include <cmath>
#include <span>
#include <utility>

#include "framework/deploy/fold.h"

namespace ag::deploy {
namespace {

constexpr double kLow = 0.1;
constexpr double kHigh = 0.9;

// What a network says, as probabilities: those may be averaged over several looks at a face. All in
// double, as validation has its ages.
struct Told {
  at::Tensor ages;  // [N, 101] probability of each age; undefined where an age alone is told
  bool has_classes = false;
  at::Tensor age;   // [N] years
  at::Tensor male;  // [N] probability
};

// The probability of each age, of those [N, 100] of being older than 0, 1, … years.
at::Tensor from_thresholds(const at::Tensor& older) {
  // Nothing in the network forces the thresholds into an order, and nobody is older than the last
  // age.
  const at::Tensor at_most = std::get<0>((1 - older).cummax(1));
  const at::Tensor one = at::ones({older.size(0), 1}, older.options());
  return at::diff(at::cat({at_most, one}, 1), 1, 1, at::zeros_like(one));
}

Told told_by(const nn::Prediction& prediction) {
  Told told;
  const std::int64_t columns = prediction.age.size(1);
  told.has_classes = columns == nn::kAges;
  if (told.has_classes) told.ages = at::softmax(prediction.age, 1, at::kDouble);
  if (columns == nn::kAgeThresholds)
    told.ages = from_thresholds(at::sigmoid(prediction.age.to(at::kDouble)));
  told.age = nn::expected_age(prediction.age);
  told.male = at::softmax(prediction.gender, 1, at::kDouble).select(1, 1);
  return told;
}

Told mean_of(const Told& a, const Told& b) {
  const at::Tensor ages = a.ages.defined() ? (a.ages + b.ages) / 2 : at::Tensor();
  return {ages, a.has_classes, (a.age + b.age) / 2, (a.male + b.male) / 2};
}

// The first age by which `share` of the distribution lies.
double age_at(std::span<const double> ages, double share) {
  double sum = 0;
  for (std::size_t age = 0; age < ages.size(); ++age) {
    sum += ages[age];
    if (sum >= share) return static_cast<double>(age);
  }
  return static_cast<double>(ages.size() - 1);  // rounding has left the sum below 1
}

// The first of the likeliest ages.
int likeliest(std::span<const double> ages) {
  return static_cast<int>(std::ranges::max_element(ages) - ages.begin());
}

// Reading numbers off tensors one by one takes longer than a small network.
std::vector<FaceAnswer> answers_of(const Told& told) {
  const at::Tensor ages = told.ages.defined() ? told.ages.contiguous() : told.ages;
  const at::Tensor age = told.age.contiguous(), male = told.male.contiguous();
  std::vector<FaceAnswer> answers(static_cast<std::size_t>(age.size(0)));
  for (std::size_t i = 0; i < answers.size(); ++i) {
    FaceAnswer& answer = answers[i];
    answer.age = age.const_data_ptr<double>()[i];
    answer.male = male.const_data_ptr<double>()[i];
    answer.named_age = static_cast<int>(std::nearbyint(answer.age));
    if (!ages.defined()) continue;
    constexpr auto kAges = static_cast<std::size_t>(nn::kAges);
    const std::span<const double> shares(ages.const_data_ptr<double>() + i * kAges, kAges);
    answer.range = AgeRange{age_at(shares, kLow), age_at(shares, kHigh)};
    if (told.has_classes) answer.named_age = likeliest(shares);
  }
  return answers;
}

std::unique_ptr<nn::Network> folded(std::unique_ptr<nn::Network> network) {
  nn::GraphBuilder builder({3, network->input_size(), network->input_size()});
  network->trace(builder);
  fold_batch_norm_in_place(builder.graph());
  return network;
}

}  // namespace

Predictor::Predictor(std::unique_ptr<nn::Network> network, const PredictorOptions& options)
    : network_(options.fold ? folded(std::move(network)) : std::move(network)),
      flip_(options.flip) {}

std::vector<FaceAnswer> Predictor::answer(const at::Tensor& pictures) {
  const c10::NoGradGuard no_grad;
  const Told told = told_by(network_->forward(pictures, {}));
  if (!flip_) return answers_of(told);
  const at::Tensor mirrored = pictures.flip(3).contiguous(at::MemoryFormat::ChannelsLast);
  return answers_of(mean_of(told, told_by(network_->forward(mirrored, {}))));
}

std::vector<FaceAnswer> answers_of(const nn::Prediction& prediction) {
  const c10::NoGradGuard no_grad;
  return answers_of(told_by(prediction));
}

}  // namespace ag::deploy
