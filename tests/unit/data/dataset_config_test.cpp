#include "framework/data/dataset_config.h"

#include <gtest/gtest.h>

#include <string>

#include "framework/config/loader.h"
#include "framework/core/error.h"

namespace ag::data {
namespace {

std::string complaint(const std::string& yaml) {
  DatasetConfig config;
  config::Loader loader(config::visit_of(config));
  try {
    loader.read_text(yaml, "x.yaml");
    loader.validate();
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

TEST(DatasetConfig, needs_a_path_and_no_more) {
  EXPECT_EQ(complaint("path: data/imdb"), "");
  EXPECT_NE(complaint("size: 64").find("path"), std::string::npos);
}

TEST(DatasetConfig, sizes_are_32_to_1024) {
  EXPECT_EQ(complaint("{path: a, size: 32}"), "");
  EXPECT_EQ(complaint("{path: a, size: 1024}"), "");
  EXPECT_NE(complaint("{path: a, size: 31}").find("size"), std::string::npos);
  EXPECT_NE(complaint("{path: a, size: 1025}").find("size"), std::string::npos);
}

}  // namespace
}  // namespace ag::data
