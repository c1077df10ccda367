#include "framework/comm/bucket_layout.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

namespace ag::comm {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

at::Tensor of(std::int64_t elements, at::ScalarType type = at::kFloat) {
  return at::empty({elements}, at::TensorOptions(type));
}

TEST(BucketLayout, lays_from_the_last_parameter_to_the_first) {
  const std::vector<at::Tensor> parameters = {of(16), of(32), of(48)};
  const BucketLayout layout = lay_buckets(parameters, {}, 1 << 20);
  ASSERT_EQ(layout.buckets.size(), 1);
  EXPECT_THAT(layout.buckets[0].parameters, ElementsAre(2, 1, 0));
  EXPECT_EQ(layout.parameters[2].offset, 0);
  EXPECT_EQ(layout.parameters[1].offset, 48);
  EXPECT_EQ(layout.parameters[0].offset, 80);
  EXPECT_EQ(layout.buckets[0].elements, 96);
}

TEST(BucketLayout, begins_a_bucket_where_the_next_parameter_would_bring_it_over_its_size) {
  const std::vector<at::Tensor> parameters = {of(256), of(512), of(512), of(256)};
  const BucketLayout layout = lay_buckets(parameters, {}, 4096);
  ASSERT_EQ(layout.buckets.size(), 2);
  EXPECT_THAT(layout.buckets[0].parameters, ElementsAre(3, 2));  // 3072 bytes; 2048 more is over
  EXPECT_THAT(layout.buckets[1].parameters, ElementsAre(1, 0));
}

TEST(BucketLayout, gives_a_parameter_larger_than_a_bucket_one_of_its_own) {
  const std::vector<at::Tensor> parameters = {of(16), of(5000), of(16)};
  const BucketLayout layout = lay_buckets(parameters, {}, 4096);
  ASSERT_EQ(layout.buckets.size(), 3);
  EXPECT_THAT(layout.buckets[1].parameters, ElementsAre(1));
}

TEST(BucketLayout, begins_every_tensor_on_a_cache_line_without_overlap) {
  std::vector<at::Tensor> parameters;
  for (std::int64_t n = 1; n < 40; ++n) parameters.push_back(of(n));
  const BucketLayout layout = lay_buckets(parameters, {}, 1024);
  std::vector<std::int64_t> end(layout.buckets.size(), 0);
  for (std::size_t i = parameters.size(); i-- > 0;) {
    const Place& place = layout.parameters[i];
    EXPECT_EQ(place.offset * 4 % 64, 0);
    EXPECT_GE(place.offset, end[place.bucket]);
    end[place.bucket] = place.offset + parameters[i].numel();
    EXPECT_LE(end[place.bucket], layout.buckets[place.bucket].elements);
  }
}

TEST(BucketLayout, keeps_types_apart) {
  const std::vector<at::Tensor> parameters = {of(8), of(8, at::kDouble), of(8), of(8, at::kDouble)};
  const BucketLayout layout = lay_buckets(parameters, {}, 4096);
  ASSERT_EQ(layout.buckets.size(), 2);
  EXPECT_EQ(layout.buckets[0].type, at::kDouble);
  EXPECT_THAT(layout.buckets[0].parameters, ElementsAre(3, 1));
  EXPECT_EQ(layout.buckets[1].type, at::kFloat);
  EXPECT_THAT(layout.buckets[1].parameters, ElementsAre(2, 0));
}

TEST(BucketLayout, lays_statistics_into_the_last_bucket_of_their_type) {
  const std::vector<at::Tensor> parameters = {of(900), of(900)};
  const std::vector<at::Tensor> statistics = {of(500), of(500), of(4, at::kDouble)};
  const BucketLayout layout = lay_buckets(parameters, statistics, 4096);
  ASSERT_EQ(layout.buckets.size(), 3);
  EXPECT_THAT(layout.buckets[0].statistics, IsEmpty());
  EXPECT_THAT(layout.buckets[1].parameters, ElementsAre(0));
  EXPECT_THAT(layout.buckets[1].statistics, ElementsAre(0, 1));
  EXPECT_THAT(layout.buckets[2].parameters, IsEmpty());
  EXPECT_THAT(layout.buckets[2].statistics, ElementsAre(2));
}

TEST(BucketLayout, has_no_bucket_for_no_parameters) {
  EXPECT_THAT(lay_buckets({}, {}, 4096).buckets, IsEmpty());
}

TEST(Fingerprint, tells_lists_apart_by_shape_type_order_size_and_role) {
  const std::vector<at::Tensor> lists[] = {
      {of(6), of(8)},
      {of(8), of(6)},
      {of(6, at::kDouble), of(8)},
      {at::empty({2, 3}), of(8)},
      {at::empty({3, 2}), of(8)},
      {at::empty({3, 2}).t(), of(8)},
      {of(6)},
  };
  std::vector<std::uint64_t> prints;
  for (const auto& list : lists) prints.push_back(fingerprint(list, {}, 4096));
  prints.push_back(fingerprint(lists[0], {}, 8192));
  prints.push_back(fingerprint({}, lists[0], 4096));
  std::sort(prints.begin(), prints.end());
  EXPECT_EQ(std::adjacent_find(prints.begin(), prints.end()), prints.end());
  EXPECT_EQ(fingerprint(lists[0], lists[6], 4096),
            fingerprint(std::vector{of(6), of(8)}, std::vector{of(6)}, 4096));
}

}  // namespace
}  // namespace ag::comm
