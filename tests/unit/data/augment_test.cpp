#include "framework/data/augment.h"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <map>
#include <string>
#include <vector>

#include "framework/config/config_reader.h"
#include "framework/core/error.h"
#include "framework/core/philox.h"

namespace ag::data {
namespace {

using Bytes = std::vector<std::uint8_t>;

constexpr AugmentConfig kFull{0.5, 0.5, 0.5, 0.5, 0.5, 0.5};

Bytes noise(int width, int height) {
  Bytes pixels(static_cast<std::size_t>(width) * height * 3);
  RandomStream stream({2, 0, 0, Purpose::kSample});
  for (std::uint8_t& x : pixels) x = static_cast<std::uint8_t>(stream.below(256));
  return pixels;
}

std::vector<float> fast(const Augmentation& augmentation, const Bytes& from, int width,
                        int height) {
  std::vector<float> to(from.size());
  Augmenter().apply(augmentation, from, width, height, to);
  return to;
}

// The plain form, as pixels of 0 to 255.
std::vector<double> plain(const Augmentation& augmentation, const Bytes& from, int width,
                          int height) {
  std::vector<double> to(from.size());
  augment_reference(augmentation, from, width, height, to);
  for (double& x : to) x = (x + 1) * 127.5;
  return to;
}

void expect_near(const std::vector<double>& got, const std::vector<double>& want) {
  ASSERT_EQ(got.size(), want.size());
  for (std::size_t i = 0; i < got.size(); ++i) EXPECT_NEAR(got[i], want[i], 1e-9) << "at " << i;
}

TEST(Augment, switched_off_it_scales_exactly) {
  Bytes from(256 * 3);
  for (std::size_t i = 0; i < from.size(); ++i) from[i] = static_cast<std::uint8_t>(i / 3);
  const std::vector<float> to = fast(draw_augmentation({}, 1, 0, 0), from, 256, 1);
  for (std::size_t i = 0; i < from.size(); ++i) {
    EXPECT_EQ(to[i], static_cast<float>(from[i]) / 127.5f - 1.0f);
  }
}

TEST(Augment, flips_mirror_pixels_and_keep_colours_in_place) {
  const Bytes from = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12};  // 2x2: A B / C D
  expect_near(plain({.hflip = true}, from, 2, 2), {4, 5, 6, 1, 2, 3, 10, 11, 12, 7, 8, 9});
  expect_near(plain({.vflip = true}, from, 2, 2), {7, 8, 9, 10, 11, 12, 1, 2, 3, 4, 5, 6});
  expect_near(plain({.hflip = true, .vflip = true}, from, 2, 2),
              {10, 11, 12, 7, 8, 9, 4, 5, 6, 1, 2, 3});
}

TEST(Augment, brightness_multiplies_and_cuts) {
  expect_near(plain({.brightness = 1.5}, {0, 100, 200}, 1, 1), {0, 150, 255});
}

TEST(Augment, saturation_mixes_with_the_pixels_grey) {
  const double grey = 0.299 * 200 + 0.587 * 100;  // of (200, 100, 0)
  expect_near(plain({.saturation = 0}, {200, 100, 0}, 1, 1), {grey, grey, grey});
  expect_near(plain({.saturation = 0.5}, {200, 100, 0}, 1, 1),
              {100 + grey / 2, 50 + grey / 2, grey / 2});
}

TEST(Augment, contrast_moves_from_the_pictures_mean_grey) {
  // Greys 0 and 100, mean 50; 1.5 times as far from it is -25, cut to 0, and 125.
  expect_near(plain({.contrast = 1.5}, {0, 0, 0, 100, 100, 100}, 2, 1), {0, 0, 0, 125, 125, 125});
}

TEST(Augment, lighting_adds_the_covariance_times_the_draw) {
  // Reds 0.2 and 0.6, greens 0.4 and 0.2, blues equal: covariances over n - 1 = 1 are
  // rr = 0.08, rg = -0.04, gg = 0.02, and 0 with blue.
  const Bytes from = {51, 102, 50, 153, 51, 50};
  const double red = 255 * (0.08 * 0.1 - 0.04 * 0.2);
  const double green = 255 * (-0.04 * 0.1 + 0.02 * 0.2);
  expect_near(plain({.lighting = {0.1, 0.2, 3}}, from, 2, 1),
              {51 + red, 102 + green, 50, 153 + red, 51 + green, 50});
  const double more_red = 255 * 0.08 * 0.5;
  const double less_green = 255 * -0.04 * 0.5;
  expect_near(plain({.lighting = {0.5, 0, 0}}, from, 2, 1),
              {51 + more_red, 102 + less_green, 50, 153 + more_red, 51 + less_green, 50});
}

TEST(Augment, jitter_follows_its_order) {
  // Brightness 2 then contrast 0 of greys 50 and 200 (cut at 255): mean of 100 and 255. The other
  // way round: mean 125, doubled.
  const Bytes from = {50, 50, 50, 200, 200, 200};
  Augmentation a{.brightness = 2, .contrast = 0};
  a.order = {Jitter::kBrightness, Jitter::kContrast, Jitter::kSaturation};
  expect_near(plain(a, from, 2, 1), std::vector<double>(6, 177.5));
  a.order = {Jitter::kContrast, Jitter::kSaturation, Jitter::kBrightness};
  expect_near(plain(a, from, 2, 1), std::vector<double>(6, 250));
}

TEST(Augment, fast_and_plain_form_agree_to_rounding) {
  const std::vector<std::array<int, 2>> sizes = {{1, 1}, {3, 5}, {33, 7}, {64, 64}, {45, 45}};
  for (const auto [width, height] : sizes) {
    const Bytes from = noise(width, height);
    for (std::uint32_t sample = 0; sample < 100; ++sample) {
      const Augmentation augmentation = draw_augmentation(kFull, 9, 1, sample);
      const std::vector<float> got = fast(augmentation, from, width, height);
      std::vector<double> want(from.size());
      augment_reference(augmentation, from, width, height, want);
      for (std::size_t i = 0; i < got.size(); ++i) ASSERT_NEAR(got[i], want[i], 1e-5);
    }
  }
}

TEST(Augment, one_augmenter_serves_pictures_of_any_size) {
  Augmenter augmenter;
  const Augmentation augmentation = draw_augmentation(kFull, 9, 1, 4);
  for (const int size : {64, 5, 32}) {
    const Bytes from = noise(size, size);
    std::vector<float> to(from.size());
    augmenter.apply(augmentation, from, size, size, to);
    EXPECT_EQ(to, fast(augmentation, from, size, size));
  }
}

TEST(Augment, buffers_of_another_size_are_rejected) {
  std::vector<float> to(12);
  EXPECT_THROW(Augmenter().apply({}, Bytes(12), 2, 3, to), Error);
  EXPECT_THROW(Augmenter().apply({}, Bytes(9), 3, 1, to), Error);
}

TEST(Augment, one_kind_of_change_doesnt_alter_the_draws_of_another) {
  for (std::uint32_t sample = 0; sample < 50; ++sample) {
    const Augmentation all = draw_augmentation(kFull, 3, 2, sample);
    const Augmentation flips = draw_augmentation({.hflip = 0.5, .vflip = 0.5}, 3, 2, sample);
    const Augmentation light = draw_augmentation({.lighting = 0.5}, 3, 2, sample);
    EXPECT_FALSE(flips.changes_colour());
    EXPECT_EQ(flips.hflip, all.hflip);
    EXPECT_EQ(flips.vflip, all.vflip);
    EXPECT_EQ(light.lighting, all.lighting);
  }
}

TEST(Augment, draws_have_the_strengths_asked_for) {
  constexpr int kDraws = 30000;
  const AugmentConfig config{0.2, 0.5, 1.0, 0.5, 0.25, 0.75};
  std::map<std::array<Jitter, 3>, int> orders;
  std::array<double, 3> sums{};
  double light_squares = 0;
  int hflips = 0;
  int vflips = 0;
  for (std::uint32_t sample = 0; sample < kDraws; ++sample) {
    const Augmentation a = draw_augmentation(config, 5, 0, sample);
    ++orders[a.order];
    ASSERT_GE(a.saturation, 0.8);
    ASSERT_LT(a.saturation, 1.2);
    ASSERT_GE(a.brightness, 0.5);
    ASSERT_LT(a.brightness, 1.5);
    ASSERT_GE(a.contrast, 0.0);
    ASSERT_LT(a.contrast, 2.0);
    sums[0] += a.saturation;
    sums[1] += a.brightness;
    sums[2] += a.contrast;
    for (const double z : a.lighting) light_squares += z * z;
    hflips += a.hflip;
    vflips += a.vflip;
  }
  // Five standard deviations each: of a binomial; of a mean of uniforms of half-width s, which is
  // s / sqrt(3 n); of a sum of squares of normals.
  ASSERT_EQ(orders.size(), 6u);
  for (const auto& [order, count] : orders) EXPECT_NEAR(count, 5000, 5 * std::sqrt(5000 * 5 / 6.0));
  const std::array<double, 3> strengths = {0.2, 0.5, 1.0};
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_NEAR(sums[i] / kDraws, 1, 5 * strengths[i] / std::sqrt(3.0 * kDraws));
  }
  EXPECT_NEAR(light_squares / (3 * kDraws), 0.25, 5 * 0.25 * std::sqrt(2.0 / (3 * kDraws)));
  EXPECT_NEAR(hflips, 0.25 * kDraws, 5 * std::sqrt(kDraws * 0.25 * 0.75));
  EXPECT_NEAR(vflips, 0.75 * kDraws, 5 * std::sqrt(kDraws * 0.25 * 0.75));
}

TEST(Augment, a_strength_out_of_range_is_told) {
  AugmentConfig config;
  config::ConfigReader reader(config::visit_of(config));
  reader.read_text("{saturation: 0.5, lighting: 2, hflip: 1.5}", "x.yaml");
  try {
    reader.validate();
    FAIL() << "hflip of 1.5 was taken";
  } catch (const Error& error) {
    EXPECT_NE(std::string(error.what()).find("hflip"), std::string::npos) << error.what();
  }
}

}  // namespace
}  // namespace ag::data
