#include <algorithm>
#include <array>
#include <cstddef>
#include <cstring>
#include <string>

#include "framework/core/error.h"
#include "framework/data/augment.h"
#include "framework/data/picture.h"
#include "framework/data/vector_clones.h"

namespace ag::data {
namespace {

constexpr float kRed = 0.299f;
constexpr float kGreen = 0.587f;
constexpr float kBlue = 0.114f;
constexpr float kMiddle = 127.5f;

// Sums run in eight lanes and are added up in double every so many pixels: the same order, and so
// the same bits, whatever the vectors of the processor.
constexpr std::size_t kLanes = 8;
constexpr std::size_t kBlock = 512;
using Lanes [[gnu::vector_size(kLanes * sizeof(float))]] = float;

// A picture with its colours apart.
struct Planes {
  float* red;
  float* green;
  float* blue;
  std::size_t count;  // pixels
};

inline float cut(float x) {
  const float positive = x > 0.0f ? x : 0.0f;
  return positive < 255.0f ? positive : 255.0f;
}

inline float to_input(float x) {
  return x / kMiddle - 1.0f;
}

AG_VECTOR_CLONES void split(const std::uint8_t* rgb, Planes p) {
  for (std::size_t i = 0; i < p.count; ++i) {
    p.red[i] = rgb[kChannels * i];
    p.green[i] = rgb[kChannels * i + 1];
    p.blue[i] = rgb[kChannels * i + 2];
  }
}

AG_VECTOR_CLONES void saturate(Planes p, float a) {
  for (std::size_t i = 0; i < p.count; ++i) {
    const float grey = (1.0f - a) * (kRed * p.red[i] + kGreen * p.green[i] + kBlue * p.blue[i]);
    p.red[i] = cut(a * p.red[i] + grey);
    p.green[i] = cut(a * p.green[i] + grey);
    p.blue[i] = cut(a * p.blue[i] + grey);
  }
}

AG_VECTOR_CLONES void scale(float* plane, std::size_t count, float factor, float offset) {
  for (std::size_t i = 0; i < count; ++i) plane[i] = cut(factor * plane[i] + offset);
}

inline void load_colours(const Planes& p, std::size_t i, Lanes& red, Lanes& green, Lanes& blue) {
  std::memcpy(&red, p.red + i, sizeof red);
  std::memcpy(&green, p.green + i, sizeof green);
  std::memcpy(&blue, p.blue + i, sizeof blue);
}

inline double total(const Lanes& lanes) {
  double sum = 0;
  for (std::size_t l = 0; l < kLanes; ++l) sum += lanes[l];
  return sum;
}

AG_VECTOR_CLONES double mean_grey(Planes p) {
  Lanes red;
  Lanes green;
  Lanes blue;
  double sum = 0;
  std::size_t i = 0;
  const std::size_t whole = p.count - p.count % kLanes;
  while (i < whole) {
    Lanes lanes{};
    for (const std::size_t end = std::min(i + kBlock, whole); i < end; i += kLanes) {
      load_colours(p, i, red, green, blue);
      lanes += kRed * red + kGreen * green + kBlue * blue;
    }
    sum += total(lanes);
  }
  for (; i < p.count; ++i) sum += kRed * p.red[i] + kGreen * p.green[i] + kBlue * p.blue[i];
  return sum / static_cast<double>(p.count);
}

// Sums of x - 127.5 and of their products: about the middle, so that the numbers stay small.
struct Moments {
  std::array<double, 3> sums{};      // red, green, blue
  std::array<double, 6> products{};  // rr, gg, bb, rg, rb, gb
};

AG_VECTOR_CLONES void add_moments(Planes p, Moments& moments) {
  Lanes red;
  Lanes green;
  Lanes blue;
  Lanes sums[3]{};
  Lanes products[6]{};
  for (std::size_t i = 0; i < p.count; i += kLanes) {
    load_colours(p, i, red, green, blue);
    red -= kMiddle;
    green -= kMiddle;
    blue -= kMiddle;
    sums[0] += red;
    sums[1] += green;
    sums[2] += blue;
    products[0] += red * red;
    products[1] += green * green;
    products[2] += blue * blue;
    products[3] += red * green;
    products[4] += red * blue;
    products[5] += green * blue;
  }
  for (std::size_t k = 0; k < 3; ++k) moments.sums[k] += total(sums[k]);
  for (std::size_t k = 0; k < 6; ++k) moments.products[k] += total(products[k]);
}

Moments moments_of(Planes p) {
  Moments moments;
  const std::size_t whole = p.count - p.count % kLanes;
  for (std::size_t i = 0; i < whole; i += kBlock) {
    add_moments({p.red + i, p.green + i, p.blue + i, std::min(kBlock, whole - i)}, moments);
  }
  if (whole == p.count) return moments;
  // The last few pixels, filled up with the middle, which adds nothing.
  float rest[kChannels][kLanes];
  std::fill_n(&rest[0][0], kChannels * kLanes, kMiddle);
  std::copy(p.red + whole, p.red + p.count, rest[0]);
  std::copy(p.green + whole, p.green + p.count, rest[1]);
  std::copy(p.blue + whole, p.blue + p.count, rest[2]);
  add_moments({rest[0], rest[1], rest[2], kLanes}, moments);
  return moments;
}

void light(Planes p, const std::array<double, 3>& z) {
  const Moments m = moments_of(p);
  const double count = static_cast<double>(p.count);
  const auto add_noise = [&](float* plane, std::size_t c, std::array<std::size_t, 3> products) {
    double noise = 0;
    for (std::size_t k = 0; k < 3; ++k) {
      noise += (m.products[products[k]] - m.sums[c] * m.sums[k] / count) * z[k];
    }
    noise /= 255 * std::max(count - 1, 1.0);
    scale(plane, p.count, 1, static_cast<float>(noise));
  };
  add_noise(p.red, 0, {0, 3, 4});
  add_noise(p.green, 1, {3, 1, 5});
  add_noise(p.blue, 2, {4, 5, 2});
}

// One row with its colours together.
AG_VECTOR_CLONES void join(Planes row, float* to) {
  for (std::size_t i = 0; i < row.count; ++i) {
    to[kChannels * i] = to_input(row.red[i]);
    to[kChannels * i + 1] = to_input(row.green[i]);
    to[kChannels * i + 2] = to_input(row.blue[i]);
  }
}

AG_VECTOR_CLONES void join_mirrored(Planes row, float* to) {
  for (std::size_t i = 0; i < row.count; ++i) {
    const std::size_t j = row.count - 1 - i;
    to[kChannels * i] = to_input(row.red[j]);
    to[kChannels * i + 1] = to_input(row.green[j]);
    to[kChannels * i + 2] = to_input(row.blue[j]);
  }
}

AG_VECTOR_CLONES void convert(const std::uint8_t* from, std::size_t count, float* to) {
  for (std::size_t i = 0; i < count; ++i) to[i] = to_input(from[i]);
}

void mirror(const std::uint8_t* from, std::size_t pixels, std::uint8_t* to) {
  for (std::size_t i = 0; i < pixels; ++i) {
    std::memcpy(to + kChannels * i, from + kChannels * (pixels - 1 - i), kChannels);
  }
}

void jitter(Planes p, const Augmentation& augmentation, Jitter kind) {
  const auto scale_all = [&p](double factor, double offset) {
    for (float* plane : {p.red, p.green, p.blue}) {
      scale(plane, p.count, static_cast<float>(factor), static_cast<float>(offset));
    }
  };
  switch (kind) {
    case Jitter::kSaturation:
      if (augmentation.saturation != 1) saturate(p, static_cast<float>(augmentation.saturation));
      return;
    case Jitter::kBrightness:
      if (augmentation.brightness != 1) scale_all(augmentation.brightness, 0);
      return;
    case Jitter::kContrast:
      if (augmentation.contrast == 1) return;
      scale_all(augmentation.contrast, (1 - augmentation.contrast) * mean_grey(p));
      return;
  }
}

void check_sizes(std::size_t from, std::size_t to, int width, int height) {
  const bool positive = width >= 1 && height >= 1;
  const std::size_t numbers =
      positive ? static_cast<std::size_t>(width) * static_cast<std::size_t>(height) * kChannels : 0;
  if (positive && from == numbers && to == numbers) return;
  throw Error("augment", "the buffers aren't pictures of " + std::to_string(width) + "x" +
                             std::to_string(height) + " pixels");
}

}  // namespace

void Augmenter::apply(const Augmentation& augmentation, std::span<const std::uint8_t> from,
                      int width, int height, std::span<float> to) {
  check_sizes(from.size(), to.size(), width, height);
  if (augmentation.changes_colour()) {
    recolour(augmentation, from, static_cast<std::size_t>(width), to);
  } else {
    copy(augmentation, from, static_cast<std::size_t>(width), to);
  }
}

void Augmenter::recolour(const Augmentation& augmentation, std::span<const std::uint8_t> from,
                         std::size_t width, std::span<float> to) {
  const std::size_t count = from.size() / kChannels;
  planes_.resize(from.size());
  const Planes planes{planes_.data(), planes_.data() + count, planes_.data() + 2 * count, count};
  split(from.data(), planes);
  for (const Jitter kind : augmentation.order) jitter(planes, augmentation, kind);
  if (augmentation.lighting != std::array<double, 3>{}) light(planes, augmentation.lighting);
  for (std::size_t done = 0; done < count; done += width) {
    const std::size_t first = augmentation.vflip ? count - width - done : done;
    const Planes row{planes.red + first, planes.green + first, planes.blue + first, width};
    (augmentation.hflip ? join_mirrored : join)(row, &to[done * kChannels]);
  }
}

void Augmenter::copy(const Augmentation& augmentation, std::span<const std::uint8_t> from,
                     std::size_t width, std::span<float> to) {
  if (!augmentation.hflip && !augmentation.vflip) {
    return convert(from.data(), from.size(), to.data());
  }
  const std::size_t row_size = width * kChannels;
  mirrored_.resize(row_size);
  for (std::size_t done = 0; done < from.size(); done += row_size) {
    const std::uint8_t* row = &from[augmentation.vflip ? from.size() - row_size - done : done];
    if (augmentation.hflip) {
      mirror(row, width, mirrored_.data());
      row = mirrored_.data();
    }
    convert(row, row_size, &to[done]);
  }
}

}  // namespace ag::data
