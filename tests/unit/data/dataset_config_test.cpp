#include "framework/data/dataset_config.h"

#include <gtest/gtest.h>

#include <string>

#include "framework/config/config_reader.h"
#include "framework/core/error.h"

namespace ag::data {
namespace {

std::string complaint(const std::string& yaml) {
  DatasetConfig config;
  config::ConfigReader reader(config::visit_of(config));
  try {
    reader.read_text(yaml, "x.yaml");
    reader.validate();
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

TEST(DatasetConfig, bands_are_told_by_edges_that_rise_or_by_a_width) {
  EXPECT_EQ(complaint("{path: a, balance: age_band, balance_edges: [13, 18]}"), "");
  EXPECT_NE(complaint("{path: a, balance_edges: [18, 13]}").find("balance_edges must rise"),
            std::string::npos);
  EXPECT_NE(complaint("{path: a, balance_edges: [0, 13]}").find("balance_edges"),
            std::string::npos);
  EXPECT_NE(complaint("{path: a, balance: age}").find("age_band"), std::string::npos);
  EXPECT_EQ(balance_bands({.balance_edges = {13, 18}}).name(1), "13-17");
  EXPECT_EQ(balance_bands({.balance_width = 20}).name(4), "80+");
}

}  // namespace
}  // namespace ag::data
