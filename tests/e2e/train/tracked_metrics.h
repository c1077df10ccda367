// What runs have left in a tracking database.
#pragma once

#include <filesystem>
#include <string>

namespace ag::test {

// Of the tests that train on real faces: how often, and the longest a run may take in seconds.
inline constexpr int kSeeds = 3;
inline constexpr double kHour = 3600;

// The mean over all runs in the database of a metric's value in their last epoch.
double mean_of_last(const std::filesystem::path& database, const std::string& metric);

}  // namespace ag::test
