// How much each parameter of a sweep matters: the share of the metric's variance that it explains
// by itself, whatever the others are (its main effect), by functional ANOVA over a forest (Hutter,
// Hoos and Leyton-Brown, "An efficient approach for assessing hyperparameter importance", ICML
// 2014).
//
// Each parameter is spread evenly over the values that the sweep gave it, not over a range: over a
// whole grid the shares are those of the classical analysis of variance, and over drawn points the
// distribution is the one that they were drawn from.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "launch/sweep_report/regression_tree.h"
#include "launch/sweep_report/results.h"

namespace ag::sweep {

// Fewer points with a mean say too little.
inline constexpr std::size_t kLeastPointsForImportance = 20;

struct Importance {
  struct Parameter {
    std::string name;
    double share = 0;  // of the variance, 0 to 1
  };
  std::vector<Parameter> parameters;  // those that vary, the most important first
  double rest = 0;                    // what they only explain together, and chance
  std::size_t points = 0;             // that it was made of
};

// Of the sweep's metric; none where there are too few points, or all have the same mean.
std::optional<Importance> importance(const Results& results);

// The share of each variable's main effect in the variance of one tree, exactly: it sums over the
// leaves' boxes. Empty where the tree is the same everywhere.
std::vector<double> main_effects(std::span<const Variable> variables, std::span<const Leaf> leaves);

}  // namespace ag::sweep
