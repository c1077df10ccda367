#include "launch/sweep_report/importance.h"

#include <algorithm>

#include "launch/sweep_report/levels.h"
#include "launch/sweep_report/statistics.h"

namespace ag::sweep {
namespace {

constexpr std::uint32_t kTrees = 64;

// The points with a mean: their levels, and how far their means are from the mean of all.
struct Samples {
  std::vector<Levels> levels;
  std::vector<Variable> variables;
  std::vector<double> targets;
};

Samples samples_of(const Results& results) {
  Results measured = results;
  measured.points.clear();
  Samples samples;
  const std::vector<std::optional<double>> all = means(results, results.metric);
  double sum = 0;
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (!all[i]) continue;
    measured.points.push_back(results.points[i]);
    samples.targets.push_back(*all[i]);
    sum += *all[i];
  }
  // The variance is the same, and loses no digits to a large mean.
  const double mean = sum / static_cast<double>(samples.targets.size());
  for (double& target : samples.targets) target -= mean;
  samples.levels = varying_levels(measured);
  for (const Levels& levels : samples.levels) {
    samples.variables.push_back({levels.values.size(), levels.numeric, levels.of_point});
  }
  return samples;
}

double share_of_levels(const std::vector<bool>& in_leaf) {
  return static_cast<double>(std::ranges::count(in_leaf, true)) /
         static_cast<double>(in_leaf.size());
}

// The mean of main_effects over the trees of a forest; empty where no tree has any.
std::vector<double> forest_effects(const Samples& samples) {
  std::vector<double> sums(samples.variables.size());
  double trees = 0;
  for (std::uint32_t tree = 0; tree < kTrees; ++tree) {
    RandomStream random({.seed = 0, .epoch = tree, .purpose = Purpose::kForest});
    const std::vector<Leaf> leaves = grow_tree(samples.variables, samples.targets, random);
    const std::vector<double> effects = main_effects(samples.variables, leaves);
    if (effects.empty()) continue;
    for (std::size_t i = 0; i < sums.size(); ++i) sums[i] += effects[i];
    ++trees;
  }
  if (trees == 0) return {};
  for (double& sum : sums) sum /= trees;
  return sums;
}

}  // namespace

std::vector<double> main_effects(std::span<const Variable> variables,
                                 std::span<const Leaf> leaves) {
  constexpr double kRounding = 1e-12;          // of the squares: a variance below is none
  std::vector<std::vector<double>> marginals;  // by variable, then level
  for (const Variable& variable : variables) marginals.emplace_back(variable.levels);
  double mean = 0;
  double squares = 0;
  for (const Leaf& leaf : leaves) {
    double volume = 1;
    for (const std::vector<bool>& side : leaf.box) volume *= share_of_levels(side);
    mean += volume * leaf.value;
    squares += volume * leaf.value * leaf.value;
    for (std::size_t i = 0; i < variables.size(); ++i) {
      const double of_others = volume / share_of_levels(leaf.box[i]);
      for (std::size_t level = 0; level < variables[i].levels; ++level) {
        if (leaf.box[i][level]) marginals[i][level] += of_others * leaf.value;
      }
    }
  }
  const double variance = squares - mean * mean;
  if (variance <= kRounding * squares) return {};
  std::vector<double> shares;
  for (const std::vector<double>& marginal : marginals) {
    double of_variable = 0;
    for (const double value : marginal) of_variable += (value - mean) * (value - mean);
    shares.push_back(of_variable / static_cast<double>(marginal.size()) / variance);
  }
  return shares;
}

std::optional<Importance> importance(const Results& results) {
  const Samples samples = samples_of(results);
  if (samples.targets.size() < kLeastPointsForImportance) return std::nullopt;
  const std::vector<double> shares = forest_effects(samples);
  if (shares.empty()) return std::nullopt;
  Importance result{.rest = 1, .points = samples.targets.size()};
  for (std::size_t i = 0; i < shares.size(); ++i) {
    result.parameters.push_back({samples.levels[i].name, shares[i]});
    result.rest -= shares[i];
  }
  result.rest = std::max(result.rest, 0.0);
  std::ranges::stable_sort(result.parameters, std::ranges::greater{},
                           &Importance::Parameter::share);
  return result;
}

}  // namespace ag::sweep
