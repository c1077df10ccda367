// What is said of many numbers by a few.
#pragma once

#include <vector>

namespace ag {

// Below which `share`, 0 to 1, of the values lie, between two of them by interpolation (type 7 of
// Hyndman and Fan, "Sample quantiles in statistical packages", The American Statistician, 1996).
// `sorted` rises, and has one value or more.
double quantile(const std::vector<double>& sorted, double share);

}  // namespace ag
