#include "framework/core/age_bands.h"

#include <gtest/gtest.h>

#include <string>

#include "framework/core/error.h"

namespace ag {
namespace {

TEST(AgeBands, an_edge_is_the_first_age_of_the_next_band) {
  const AgeBands bands({13, 18});
  EXPECT_EQ(bands.count(), 3u);
  EXPECT_EQ(bands.of(0), 0u);
  EXPECT_EQ(bands.of(12), 0u);
  EXPECT_EQ(bands.of(13), 1u);
  EXPECT_EQ(bands.of(17), 1u);
  EXPECT_EQ(bands.of(18), 2u);
  EXPECT_EQ(bands.of(100), 2u);
}

TEST(AgeBands, are_called_by_their_ages) {
  const AgeBands bands({1, 13, 18});
  EXPECT_EQ(bands.name(0), "0");
  EXPECT_EQ(bands.name(1), "1-12");
  EXPECT_EQ(bands.name(2), "13-17");
  EXPECT_EQ(bands.name(3), "18+");
}

TEST(AgeBands, without_edges_all_ages_are_one_band) {
  EXPECT_EQ(AgeBands({}).count(), 1u);
  EXPECT_EQ(AgeBands({}).of(70), 0u);
  EXPECT_EQ(AgeBands({}).name(0), "0+");
}

TEST(AgeBands, of_a_width_leave_the_rest_to_the_last_one) {
  const AgeBands tens = AgeBands::of_width(10, 100);  // 101 ages: ten bands, and 100 with 90-99
  EXPECT_EQ(tens.count(), 10u);
  EXPECT_EQ(tens.of(89), 8u);
  EXPECT_EQ(tens.of(100), 9u);
  EXPECT_EQ(AgeBands::of_width(1, 100).count(), 101u);
  EXPECT_EQ(AgeBands::of_width(60, 100).count(), 1u);
  EXPECT_EQ(AgeBands::of_width(50, 99).count(), 2u);
}

TEST(AgeBands, of_groups_are_those_of_fairface) {
  const AgeBands bands = group_bands();
  std::string names;
  for (std::size_t band = 0; band < bands.count(); ++band) names += bands.name(band) + " ";
  EXPECT_EQ(names, "0-2 3-9 10-19 20-29 30-39 40-49 50-59 60-69 70+ ");
}

TEST(AgeBands, edges_that_do_not_rise_are_refused) {
  EXPECT_THROW(AgeBands({18, 13}), Error);
  EXPECT_THROW(AgeBands({13, 13}), Error);
  EXPECT_THROW(AgeBands({0, 13}), Error);
}

}  // namespace
}  // namespace ag
