#include "dataprep/split.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <map>
#include <set>

#include "framework/core/philox.h"

namespace ag::dataprep {
namespace {

using data::Split;

// 1 to 9 pictures of each of 200 persons, mixed.
std::vector<std::uint32_t> crowd() {
  RandomStream random({.seed = 5});
  std::vector<std::uint32_t> identities;
  for (int i = 0; i < 1000; ++i) identities.push_back(random.below(1 + random.below(200)));
  return identities;
}

std::array<double, 3> shares(const std::vector<Split>& splits) {
  std::array<double, 3> share{};
  for (const Split split : splits) share[static_cast<std::size_t>(split)] += 1.0;
  for (double& s : share) s /= static_cast<double>(splits.size());
  return share;
}

TEST(NumberPersons, gives_the_same_person_the_same_number_and_nobody_one_of_their_own) {
  const std::vector<std::string> persons = {"b", "a", "", "b", "", "a"};
  EXPECT_EQ(number_persons(persons), (std::vector<std::uint32_t>{0, 1, 2, 0, 3, 1}));
}

TEST(SplitPictures, puts_no_person_on_two_sides) {
  const auto identities = crowd();
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    const auto splits = split_pictures(identities, {.validation = 0.2, .test = 0.1, .seed = seed});
    std::map<std::uint32_t, std::set<Split>> sides;
    for (std::size_t i = 0; i < splits.size(); ++i) sides[identities[i]].insert(splits[i]);
    for (const auto& [person, of] : sides) EXPECT_EQ(of.size(), 1u) << person;
  }
}

TEST(SplitPictures, meets_the_shares_nearly_by_person_and_exactly_by_image) {
  const auto identities = crowd();
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    SplitOptions options{.validation = 0.2, .test = 0.1, .seed = seed};
    auto share = shares(split_pictures(identities, options));
    EXPECT_NEAR(share[1], 0.2, 0.01);
    EXPECT_NEAR(share[2], 0.1, 0.01);
    options.by = SplitBy::kImage;
    share = shares(split_pictures(identities, options));
    EXPECT_DOUBLE_EQ(share[1], 0.2);
    EXPECT_DOUBLE_EQ(share[2], 0.1);
  }
}

TEST(SplitPictures, is_the_same_for_a_seed_and_another_for_another) {
  const auto identities = crowd();
  EXPECT_EQ(split_pictures(identities, {.seed = 3}), split_pictures(identities, {.seed = 3}));
  EXPECT_NE(split_pictures(identities, {.seed = 3}), split_pictures(identities, {.seed = 4}));
}

TEST(SplitPictures, leaves_a_share_of_nothing_empty) {
  const auto share = shares(split_pictures(crowd(), {.validation = 0, .test = 0}));
  EXPECT_DOUBLE_EQ(share[0], 1);
}

TEST(SplitPictures, never_takes_a_person_who_overshoots_more_than_is_missing) {
  // One person has 90 of 100 pictures: to take them for validation would be far from 20.
  std::vector<std::uint32_t> identities(90, 0);
  for (std::uint32_t person = 1; person <= 10; ++person) identities.push_back(person);
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    const auto splits = split_pictures(identities, {.seed = seed});
    EXPECT_EQ(splits.front(), Split::kTrain);
    EXPECT_EQ(std::count(splits.begin(), splits.end(), Split::kValidation), 10);
  }
}

TEST(SplitPictures, takes_no_pictures_at_all) {
  EXPECT_TRUE(split_pictures({}, {}).empty());
}

}  // namespace
}  // namespace ag::dataprep
