#include "framework/vision/label_layout.h"

#include <gtest/gtest.h>

#include <vector>

#include "framework/core/philox.h"

namespace ag::vision {
namespace {

constexpr double kGap = 2;
constexpr double kText = 12;  // the width of about 20 letters

LabelWish wish(const Box& frame, double font_size = 10) {
  return {frame, kGap, kText, font_size};
}

void expect_within(const Label& label, int width, int height) {
  EXPECT_GE(label.box.left, 0);
  EXPECT_GE(label.box.top, 0);
  EXPECT_LE(label.box.right(), width + 1e-9);
  EXPECT_LE(label.box.bottom(), height + 1e-9);
  EXPECT_DOUBLE_EQ(label.box.width, label.font_size * (kText + 2 * kLabelPadding));
  EXPECT_DOUBLE_EQ(label.box.height, label.font_size * kLabelHeight);
}

// No label covers more than `share` of another, or of another's frame.
void expect_apart(const std::vector<Label>& labels, const std::vector<LabelWish>& wishes,
                  double share = 1e-9) {
  for (std::size_t i = 0; i < labels.size(); ++i) {
    for (std::size_t j = 0; j < labels.size(); ++j) {
      if (i == j) continue;
      const Box& label = labels[j].box;
      const Box& frame = wishes[j].frame;
      EXPECT_LE(shared(labels[i].box, label).area(), share * label.area()) << i << ", " << j;
      EXPECT_LE(shared(labels[i].box, frame).area(), share * frame.area()) << i << ", " << j;
    }
  }
}

TEST(LabelLayout, stands_above_its_frame_with_left_edges_in_line) {
  const auto labels = place_labels(500, 400, std::vector{wish({100, 150, 80, 80})});
  ASSERT_EQ(labels.size(), 1U);
  EXPECT_EQ(labels[0].font_size, 10);
  EXPECT_EQ(labels[0].box.left, 100);
  EXPECT_EQ(labels[0].box.bottom(), 150 - kGap);
  expect_within(labels[0], 500, 400);
}

TEST(LabelLayout, stands_below_a_frame_that_reaches_to_the_top) {
  const auto labels = place_labels(500, 400, std::vector{wish({100, 0, 80, 80})});
  EXPECT_EQ(labels[0].box.left, 100);
  EXPECT_EQ(labels[0].box.top, 80 + kGap);
}

TEST(LabelLayout, stands_beside_a_frame_that_reaches_from_top_to_bottom) {
  const auto labels = place_labels(500, 400, std::vector{wish({100, 0, 80, 400})});
  EXPECT_EQ(labels[0].box.left, 180 + kGap);
}

TEST(LabelLayout, stands_at_the_chin_within_a_frame_that_fills_the_picture) {
  const auto labels = place_labels(500, 400, std::vector{wish({0, 0, 500, 400})});
  EXPECT_EQ(labels[0].box.bottom(), 400);
  expect_within(labels[0], 500, 400);
}

TEST(LabelLayout, lies_within_the_picture_wherever_the_frame_is) {
  for (const int side : {20, 60, 130, 700}) {
    for (double left = 0; left <= side - 10; left += side / 9.0) {
      for (double top = 0; top <= side - 10; top += side / 9.0) {
        for (const double size : {10.0, side / 3.0, side * 1.0}) {
          const Box frame = clamped({left, top, size, size}, side, side);
          const auto labels = place_labels(side, side, std::vector{wish(frame)});
          expect_within(labels[0], side, side);
        }
      }
    }
  }
}

TEST(LabelLayout, long_texts_shrink_to_the_picture_and_flat_pictures_shrink_them_too) {
  const auto narrow = place_labels(65, 400, std::vector{wish({0, 100, 65, 65})});
  EXPECT_DOUBLE_EQ(narrow[0].font_size, 65 / (kText + 2 * kLabelPadding));
  expect_within(narrow[0], 65, 400);
  const auto flat = place_labels(400, 6, std::vector{wish({100, 0, 6, 6})});
  EXPECT_DOUBLE_EQ(flat[0].font_size, 6 / kLabelHeight);
  expect_within(flat[0], 400, 6);
}

TEST(LabelLayout, labels_of_close_faces_cover_neither_each_other_nor_a_face) {
  for (double apart = 45; apart < 200; apart += 5) {
    const std::vector side_by_side = {wish({150, 150, 40, 40}), wish({150 + apart, 150, 40, 40})};
    expect_apart(place_labels(500, 400, side_by_side), side_by_side);
    const std::vector stacked = {wish({150, 50, 40, 40}), wish({150, 50 + apart, 40, 40})};
    expect_apart(place_labels(500, 400, stacked), stacked);
    const std::vector aslant = {wish({150, 50, 40, 40}), wish({200, 50 + apart, 40, 40})};
    expect_apart(place_labels(500, 400, aslant), aslant);
  }
}

// Rows of faces as in a class photo, each a little off its place.
std::vector<LabelWish> crowd(int rows, int columns, double width, double height, double face) {
  RandomStream random({1, 0, 0, Purpose::kSample});
  const auto off = [&] { return (static_cast<double>(random.below(100)) / 50 - 1) * face / 10; };
  std::vector<LabelWish> wishes;
  for (int row = 0; row < rows; ++row) {
    for (int column = 0; column < columns; ++column) {
      wishes.push_back(wish({(column + 0.25 + row % 2 * 0.5) * width / (columns + 0.5) + off(),
                             (row + 0.4) * height / rows + off(), face, face}));
    }
  }
  return wishes;
}

TEST(LabelLayout, thirty_faces_in_rows_have_texts_that_can_all_be_read) {
  const std::vector<LabelWish> wishes = crowd(3, 10, 900, 500, 40);
  const std::vector<Label> labels = place_labels(900, 500, wishes);
  expect_apart(labels, wishes, 0.02);
  for (const Label& label : labels) {
    expect_within(label, 900, 500);
    EXPECT_EQ(label.font_size, labels[0].font_size);  // all shrink together
    EXPECT_GE(label.font_size, 7);
  }
}

TEST(LabelLayout, where_nothing_is_free_texts_are_small_but_there) {
  const std::vector<LabelWish> wishes = crowd(10, 10, 200, 200, 18);
  for (const Label& label : place_labels(200, 200, wishes)) {
    expect_within(label, 200, 200);
    EXPECT_EQ(label.font_size, 7);
  }
}

TEST(LabelLayout, frames_without_a_text_get_none_and_are_not_covered) {
  const std::vector wishes = {wish({150, 150, 40, 40}), wish({155, 105, 40, 40}, 0)};
  const std::vector<Label> labels = place_labels(500, 400, wishes);
  EXPECT_EQ(labels[1].font_size, 0);
  EXPECT_EQ(labels[1].box.area(), 0);
  EXPECT_EQ(shared(labels[0].box, wishes[1].frame).area(), 0);
  EXPECT_TRUE(place_labels(500, 400, {}).empty());
}

}  // namespace
}  // namespace ag::vision
