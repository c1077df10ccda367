// The report of a sweep as a page.
#pragma once

#include <string>

#include "launch/sweep_report/results.h"

namespace ag::sweep {

// What the page says of its origin.
struct PageInfo {
  std::string database;  // its path
  std::string date;
};

// One file that stands alone: nothing is loaded, no script runs. Whatever names are in the results
// are shown as they are.
std::string to_html(const Results& results, const PageInfo& info);

}  // namespace ag::sweep
