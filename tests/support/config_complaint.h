// What configurations complain of.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "framework/config/config_reader.h"
#include "framework/core/error.h"

namespace ag::test {

// The message of the usage Error that `work` throws; "" where it throws none.
template <class Work>
std::string usage_complaint(Work work) {
  try {
    work();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ExitCode::kUsage);
    return error.what();
  }
  return "";
}

// The message where a Section with these assignments ("lr=0") isn't valid, which is bad usage; ""
// where it is.
template <class Section>
std::string complaint(const std::vector<std::string>& assignments) {
  Section section;
  config::ConfigReader reader(config::visit_of(section));
  return usage_complaint([&] {
    for (const std::string& assignment : assignments) reader.assign(assignment);
    reader.validate();
  });
}

}  // namespace ag::test
