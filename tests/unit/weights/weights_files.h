// The files in tests/data/weights, and what a reader says of a broken one.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "framework/core/error.h"
#include "framework/nn/weights/state_dict.h"

namespace ag::test {

inline std::filesystem::path weights_file(const std::string& name) {
  return std::filesystem::path(AG_SOURCE_DIR) / "tests" / "data" / "weights" / name;
}

// What reading it complains of, in one line that names the file; "" where it is read.
inline std::string complaint(const std::filesystem::path& path) {
  try {
    weights::read_weights(path);
  } catch (const Error& error) {
    const std::string text = error.what();
    EXPECT_NE(text.find(path.string()), std::string::npos) << text;
    EXPECT_EQ(text.find('\n'), std::string::npos) << text;
    return text;
  }
  return "";
}

inline std::string complaint(const std::filesystem::path& path, const std::string& bytes) {
  std::ofstream(path, std::ios::binary) << bytes;
  return complaint(path);
}

inline std::vector<std::string> names_of(const weights::StateDict& weights) {
  std::vector<std::string> names;
  for (const auto& entry : weights.entries()) names.push_back(entry.name);
  return names;
}

}  // namespace ag::test
