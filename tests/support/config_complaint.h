// What the check of a configuration complains of.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "framework/config/config_reader.h"
#include "framework/core/error.h"

namespace ag::test {

// The message where a Section with these assignments ("lr=0") isn't valid, which is bad usage; ""
// where it is.
template <class Section>
std::string complaint(const std::vector<std::string>& assignments) {
  Section section;
  config::ConfigReader reader(config::visit_of(section));
  try {
    for (const std::string& assignment : assignments) reader.assign(assignment);
    reader.validate();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ExitCode::kUsage);
    return error.what();
  }
  return "";
}

}  // namespace ag::test
