#include "framework/vision/annotate.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "framework/core/error.h"
#include "framework/core/philox.h"
#include "tests/unit/vision/colour_at.h"

namespace ag::vision {
namespace {

constexpr const char* kLabel = "female 97%  34 (27-41)";

data::Picture plain(int width, int height, const Colour& colour) {
  data::Picture picture{width, height, {}};
  picture.rgb.reserve(static_cast<std::size_t>(width) * height * 3);
  for (int i = 0; i < width * height; ++i) {
    for (const int value : colour) picture.rgb.push_back(static_cast<std::uint8_t>(value));
  }
  return picture;
}

data::Picture noise(int width, int height) {
  data::Picture picture = plain(width, height, {});
  RandomStream stream({1, 0, 0, Purpose::kSample});
  for (std::uint8_t& value : picture.rgb) value = static_cast<std::uint8_t>(stream.below(256));
  return picture;
}

data::Picture annotated(data::Picture picture, const std::vector<Annotation>& annotations) {
  annotate(picture, annotations);
  return picture;
}

// The smallest box around the pixels in which two pictures differ.
std::optional<Box> difference(const data::Picture& a, const data::Picture& b) {
  std::vector<Point> corners;
  for (int y = 0; y < a.height; ++y) {
    for (int x = 0; x < a.width; ++x) {
      if (at(a, x, y) == at(b, x, y)) continue;
      corners.push_back({x * 1.0, y * 1.0});
      corners.push_back({x + 1.0, y + 1.0});
    }
  }
  if (corners.empty()) return std::nullopt;
  return extent(corners);
}

// Where a text is drawn: what isn't there without it.
Box label_of(const data::Picture& photo, Annotation annotation) {
  const data::Picture with = annotated(photo, {annotation});
  annotation.text.clear();
  return difference(with, annotated(photo, {annotation})).value_or(Box{});
}

// WCAG 2.1, "relative luminance" and "contrast ratio".
double luminance(const Colour& colour) {
  const auto linear = [](int value) {
    const double share = value / 255.0;
    return share <= 0.04045 ? share / 12.92 : std::pow((share + 0.055) / 1.055, 2.4);
  };
  return 0.2126 * linear(colour[0]) + 0.7152 * linear(colour[1]) + 0.0722 * linear(colour[2]);
}

double contrast(const Colour& a, const Colour& b) {
  const auto [darker, lighter] = std::minmax({luminance(a), luminance(b)});
  return (lighter + 0.05) / (darker + 0.05);
}

// The ground of a sign, by what most of its pixels are.
Colour commonest(const data::Picture& picture, const Box& box) {
  std::map<Colour, int> counts;
  for (int y = static_cast<int>(box.top); y < box.bottom(); ++y) {
    for (int x = static_cast<int>(box.left); x < box.right(); ++x) ++counts[at(picture, x, y)];
  }
  return std::ranges::max_element(counts, {}, [](const auto& entry) { return entry.second; })
      ->first;
}

Colour accent_colour(Accent accent) {
  const data::Picture photo = plain(900, 900, {128, 128, 128});
  const Annotation annotation{{300, 300, 300, 300}, {}, kLabel, accent};
  return commonest(annotated(photo, {annotation}), label_of(photo, annotation));
}

constexpr std::array kAccents = {Accent::kFirst, Accent::kSecond};

TEST(Annotate, leaves_pixels_away_from_frame_and_text_as_they_were) {
  const data::Picture photo = noise(600, 600);
  const data::Picture drawn =
      annotated(photo, {{{200, 200, 100, 100}, {}, kLabel, Accent::kFirst}});
  // A font's size is at most 0.032 of the picture, a line 0.0045 of it, and a label 1.5 sizes high.
  const double line = 2 * 0.0045 * 600;
  const Box frame{200 - line, 200 - line, 100 + 2 * line, 100 + 2 * line};
  const Box inside{200 + line, 200 + line, 100 - 2 * line, 100 - 2 * line};
  const Box above{0, 200 - 2 * line - 1.5 * 0.032 * 600, 600, 2 * line + 1.5 * 0.032 * 600};
  const auto holds = [](const Box& box, int x, int y) {
    return x + 1 > box.left && x < box.right() && y + 1 > box.top && y < box.bottom();
  };
  int changed = 0;
  for (int y = 0; y < 600; ++y) {
    for (int x = 0; x < 600; ++x) {
      const bool may = (holds(frame, x, y) && !holds(inside, x, y)) || holds(above, x, y);
      if (at(photo, x, y) == at(drawn, x, y)) continue;
      ASSERT_TRUE(may) << x << ", " << y;
      ++changed;
    }
  }
  EXPECT_GT(changed, 4 * 100);
}

TEST(Annotate, frame_stands_out_on_any_ground) {
  for (const Accent accent : kAccents) {
    for (const Colour& ground :
         {Colour{0, 0, 0}, Colour{255, 255, 255}, Colour{128, 128, 128}, Colour{200, 150, 120},
          accent_colour(Accent::kFirst), accent_colour(Accent::kSecond)}) {
      const data::Picture drawn =
          annotated(plain(300, 300, ground), {{{100, 100, 100, 100}, {}, "", accent}});
      // Along a row through the middle, about the frame's left side.
      double most = 1;
      for (int x = 90; x < 110; ++x) most = std::max(most, contrast(at(drawn, x, 150), ground));
      EXPECT_GE(most, 3) << ground[0] << " " << ground[1] << " " << ground[2];  // WCAG 1.4.11
    }
  }
}

TEST(Annotate, letters_have_the_contrast_that_wcag_asks_for) {
  for (const Accent accent : kAccents) {
    const data::Picture photo = plain(900, 900, {128, 128, 128});
    const Annotation annotation{{300, 300, 300, 300}, {}, kLabel, accent};
    const Box label = label_of(photo, annotation);
    const data::Picture drawn = annotated(photo, {annotation});
    const Colour ground = commonest(drawn, label);
    int ink = 0;
    for (int y = static_cast<int>(label.top) + 5; y < label.bottom() - 5; ++y) {
      for (int x = static_cast<int>(label.left) + 5; x < label.right() - 5; ++x) {
        if (contrast(at(drawn, x, y), ground) >= 4.5) ++ink;
      }
    }
    EXPECT_GT(ink, 0.1 * label.area());
  }
}

TEST(Annotate, accents_differ_for_the_colour_blind) {
  // What people without one kind of cones see, in linear light: Viénot, Brettel and Mollon 1999.
  constexpr std::array<std::array<double, 9>, 2> kSeen = {{
      {0.11238, 0.88762, 0, 0.11238, 0.88762, 0, 0.00401, -0.00401, 1},
      {0.29275, 0.70725, 0, 0.29275, 0.70725, 0, -0.02234, 0.02234, 1},
  }};
  const Colour first = accent_colour(Accent::kFirst);
  const Colour second = accent_colour(Accent::kSecond);
  for (const auto& seen : kSeen) {
    double most = 0;
    for (std::size_t row = 0; row < 3; ++row) {
      double apart = 0;
      for (std::size_t i = 0; i < 3; ++i) {
        const auto linear = [](int value) { return std::pow(value / 255.0, 2.2); };
        apart += seen[row * 3 + i] * (linear(first[i]) - linear(second[i]));
      }
      most = std::max(most, std::abs(apart));
    }
    EXPECT_GT(most, 0.5);  // of the way from black to white
  }
}

TEST(Annotate, text_is_as_large_at_the_borders_as_in_the_middle) {
  const data::Picture photo = plain(500, 400, {90, 90, 90});
  const Box middle = label_of(photo, {{230, 180, 40, 40}, {}, kLabel, Accent::kFirst});
  EXPECT_GT(middle.width, 100);
  for (const Box& face :
       {Box{0, 0, 40, 40}, Box{460, 0, 40, 40}, Box{0, 360, 40, 40}, Box{460, 360, 40, 40},
        Box{230, 0, 40, 40}, Box{230, 360, 40, 40}, Box{0, 180, 40, 40}, Box{460, 180, 40, 40},
        Box{-20, -20, 40, 40}, Box{480, 380, 40, 40}}) {
    const Box label = label_of(photo, {face, {}, kLabel, Accent::kFirst});
    EXPECT_NEAR(label.width, middle.width, 2) << face.left << ", " << face.top;  // the outline
    EXPECT_NEAR(label.height, middle.height, 2) << face.left << ", " << face.top;
  }
}

TEST(Annotate, texts_of_close_faces_are_both_whole) {
  const data::Picture photo = plain(500, 400, {90, 90, 90});
  std::vector<Annotation> two = {{{200, 180, 40, 40}, {}, kLabel, Accent::kFirst},
                                 {{250, 180, 40, 40}, {}, kLabel, Accent::kSecond}};
  const auto pixels_of = [](const data::Picture& picture, Accent accent) {
    const Colour colour = accent_colour(accent);
    std::ptrdiff_t count = 0;
    for (int y = 0; y < picture.height; ++y) {
      for (int x = 0; x < picture.width; ++x) count += at(picture, x, y) == colour ? 1 : 0;
    }
    return static_cast<double>(count);
  };
  const data::Picture both = annotated(photo, two);
  for (const Annotation& one : two) {
    const double alone = pixels_of(annotated(photo, {one}), one.accent);
    EXPECT_NEAR(pixels_of(both, one.accent), alone, 0.03 * alone);
  }
}

TEST(Annotate, letters_can_be_read_when_a_large_photo_is_shown_on_a_screen) {
  const data::Picture photo = plain(4000, 1000, {90, 90, 90});
  const Box label = label_of(photo, {{2000, 500, 80, 80}, {}, kLabel, Accent::kFirst});
  // 1200 pixels of screen and letters of 12 there: 40 in the photo. A label is 1.5 times as high.
  EXPECT_GE(label.height, 40 * 1.5);
  EXPECT_LE(label.width, 4000 / 3.0);
}

TEST(Annotate, text_fits_a_photo_of_a_hundred_pixels) {
  const data::Picture photo = plain(100, 100, {90, 90, 90});
  const Box label = label_of(photo, {{30, 40, 40, 40}, {}, kLabel, Accent::kFirst});
  EXPECT_GT(label.width, 80);
  EXPECT_GT(label.height, 8);
  const std::string longer = std::string(kLabel) + " " + kLabel;
  const Box shrunk = label_of(photo, {{30, 40, 40, 40}, {}, longer, Accent::kFirst});
  EXPECT_TRUE(shrunk.area() == 0 || shrunk.height < label.height);
}

TEST(Annotate, landmarks_are_light_dots_with_a_dark_rim) {
  const Colour ground{120, 120, 120};
  const std::vector<Point> points = {{150.5, 150.5}, {250.5, 200.5}};
  const data::Picture photo = plain(400, 400, ground);
  const data::Picture drawn = annotated(photo, {{{100, 100, 200, 200}, points, "", {}}});
  for (const Point& point : points) {
    const int x = static_cast<int>(point.x);
    const int y = static_cast<int>(point.y);
    EXPECT_GT(at(drawn, x, y)[1], 200);
    int darkest = 255;
    for (int i = -4; i <= 4; ++i) darkest = std::min(darkest, at(drawn, x + i, y)[1]);
    EXPECT_LT(darkest, 100);
    EXPECT_EQ(at(drawn, x + 5, y), ground);
    EXPECT_EQ(at(drawn, x, y - 5), ground);
  }
}

TEST(Annotate, faces_beyond_the_photo_are_framed_as_far_as_they_are_in_it) {
  const data::Picture photo = plain(200, 200, {90, 90, 90});
  const data::Picture drawn = annotated(photo, {{{-50, -50, 120, 500}, {}, "", Accent::kFirst}});
  const Colour line = accent_colour(Accent::kFirst);
  EXPECT_EQ(at(drawn, 0, 100), line);
  EXPECT_EQ(at(drawn, 69, 100), line);
  EXPECT_EQ(at(drawn, 35, 0), line);
  EXPECT_EQ(at(drawn, 35, 199), line);
  EXPECT_EQ(at(drawn, 35, 100), at(photo, 35, 100));
}

TEST(Annotate, faces_wholly_beyond_the_photo_are_left_out) {
  const data::Picture photo = plain(200, 200, {90, 90, 90});
  for (const Box& face : {Box{-50, 50, 50, 50}, Box{200, 50, 50, 50}, Box{50, -90, 50, 50},
                          Box{50, 300, 50, 50}, Box{50, 50, 0, 0}}) {
    EXPECT_EQ(annotated(photo, {{face, {}, kLabel, Accent::kFirst}}).rgb, photo.rgb);
  }
  EXPECT_EQ(annotated(photo, {}).rgb, photo.rgb);
}

TEST(Annotate, draws_what_fits_on_tiny_photos) {
  for (const auto& [width, height] :
       {std::pair{0, 0}, {1, 1}, {2, 1}, {1, 300}, {300, 1}, {7, 7}, {20, 20}, {40, 30}}) {
    const data::Picture photo = plain(width, height, {90, 90, 90});
    const Box face{width * 0.2, height * 0.2, width * 0.6, height * 0.6};
    const data::Picture drawn =
        annotated(photo, {{face, {face.centre()}, kLabel, Accent::kFirst},
                          {{-5, -5, 1000, 1000}, {}, kLabel, Accent::kSecond}});
    EXPECT_EQ(drawn.rgb.size(), photo.rgb.size());
    EXPECT_TRUE(width == 0 || drawn.rgb != photo.rgb) << width << "x" << height;
  }
}

TEST(Annotate, draws_at_both_ends_of_a_panorama_wider_than_cairo_takes) {
  const data::Picture photo = plain(40000, 30, {90, 90, 90});
  const data::Picture drawn = annotated(photo, {{{5, 5, 20, 20}, {}, "", Accent::kFirst},
                                                {{39975, 5, 20, 20}, {}, "", Accent::kFirst}});
  for (int y = 0; y < 30; ++y) {
    for (int x = 0; x < 25; ++x) {
      ASSERT_EQ(at(drawn, 5 + x, y), at(drawn, 39975 + x, y)) << x << ", " << y;
    }
  }
  EXPECT_EQ(at(drawn, 5, 15), accent_colour(Accent::kFirst));
}

TEST(Annotate, drawing_is_the_same_wherever_it_stands) {
  // It is done tile by tile; no seam may show.
  const data::Picture photo = plain(1200, 1200, {90, 90, 90});
  const auto drawn_at = [&photo](int x, int y) {
    const Box face{x * 1.0, y * 1.0, 150, 150};
    return annotated(photo, {{face, {face.centre()}, kLabel, Accent::kFirst}});
  };
  const data::Picture within = drawn_at(100, 100);
  const data::Picture across = drawn_at(400, 470);
  for (int y = 0; y < 300; ++y) {
    for (int x = 0; x < 500; ++x) {
      const Colour one = at(within, x + 50, y + 20);
      const Colour other = at(across, x + 350, y + 390);
      for (std::size_t c = 0; c < 3; ++c) ASSERT_NEAR(one[c], other[c], 2) << x << ", " << y;
    }
  }
}

TEST(Annotate, draws_the_same_from_several_threads) {
  const data::Picture photo = noise(300, 300);
  const std::vector<Annotation> annotations = {{{100, 100, 80, 80}, {}, kLabel, Accent::kFirst}};
  const data::Picture expected = annotated(photo, annotations);
  std::vector<data::Picture> drawn(4, photo);
  std::vector<std::thread> threads;
  for (data::Picture& picture : drawn) {
    threads.emplace_back([&] { annotate(picture, annotations); });
  }
  for (std::thread& thread : threads) thread.join();
  for (const data::Picture& picture : drawn) EXPECT_EQ(picture.rgb, expected.rgb);
}

TEST(Annotate, text_that_is_no_utf_8_is_an_error) {
  data::Picture photo = plain(200, 200, {90, 90, 90});
  EXPECT_THROW(annotate(photo, {{{50, 50, 50, 50}, {}, "\xff\xfe", Accent::kFirst}}), Error);
}

}  // namespace
}  // namespace ag::vision

// Fontconfig holds what it keeps till the end of the process by offsets instead of pointers, so
// LeakSanitizer takes it for lost: some hundred bytes, however often a text is drawn.
extern "C" const char* __lsan_default_suppressions() {  // NOLINT(bugprone-reserved-identifier)
  return "leak:libfontconfig";
}
