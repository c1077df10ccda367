// What runs have left in a tracking database.
#pragma once

#include <filesystem>
#include <string>

namespace ag::test {

// The mean over all runs in the database of a metric's value in their last epoch.
double mean_of_last(const std::filesystem::path& database, const std::string& metric);

}  // namespace ag::test
