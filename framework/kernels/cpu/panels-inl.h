// Blocks of features in panels, and matrix products of them.
//
// A block of rows of `channels` numbers lies as [panel][row][kPanel]: kPanel channels of one row
// side by side, then the next row's. Whatever walks rows or channels then reads memory in order.
// Channels that fill up the last panel are zeros.

#if defined(AG_KERNELS_PANELS_INL_H) == defined(HWY_TARGET_TOGGLE)
#ifdef AG_KERNELS_PANELS_INL_H
#undef AG_KERNELS_PANELS_INL_H
#else
#define AG_KERNELS_PANELS_INL_H
#endif

#include <algorithm>

#include "framework/kernels/cpu/simd-inl.h"

HWY_BEFORE_NAMESPACE();
namespace ag::kernels::cpu::HWY_NAMESPACE {

constexpr std::size_t kPanelVectors = 2;
constexpr std::size_t kPanel = kPanelVectors * kLanes;

// Rows that a product keeps in registers: together with two vectors of the other factor they fill
// 16 registers, or 32 of AVX-512.
constexpr std::size_t kTileRows = HWY_MAX_BYTES >= 64 ? 12 : 6;

// Rows of features that are read or written at a time: enough that what is kept for each channel
// is loaded seldom, few enough that each row's memory is walked in order.
constexpr std::size_t kRowGroup = 8;

HWY_INLINE std::size_t panels_of(std::size_t channels) {
  return (channels + kPanel - 1) / kPanel;
}

// Calls f(d, channel, offset) for the vectors of one panel of `channels`, `offset` in the panel.
template <class F>
HWY_INLINE void over_panel(std::size_t panel, std::size_t channels, const F& f) {
  const std::size_t first = panel * kPanel;
  const std::size_t count = std::min(kPanel, channels - first);
  if (count == kPanel) {
    for (std::size_t v = 0; v < kPanelVectors; ++v) {
      f(FullTag(), first + v * kLanes, v * kLanes);
    }
  } else {
    over_channels(count, [&](auto d, std::size_t c) HWY_ATTR { f(d, first + c, c); });
  }
}

// Calls f(first row, end row, panel) for groups of rows and each of their panels.
template <class F>
HWY_INLINE void over_groups(std::size_t rows, std::size_t channels, const F& f) {
  const std::size_t panels = panels_of(channels);
  for (std::size_t row = 0; row < rows; row += kRowGroup) {
    const std::size_t end = std::min(rows, row + kRowGroup);
    for (std::size_t panel = 0; panel < panels; ++panel) f(row, end, panel);
  }
}

// c[kRows, kPanel] = or += a[kRows, depth] b[depth, kPanel], where a's numbers are a_row apart from
// row to row, and lie in panels of a_panel numbers or, where that is 0, a_step apart.
template <std::size_t kRows, bool kAdd>
struct Tile {
  hn::Vec<FullTag> sums[kRows][kPanelVectors];

  HWY_INLINE void begin(const float* HWY_RESTRICT c) {
    const FullTag d;
    HWY_UNROLL(16)
    for (std::size_t i = 0; i < kRows; ++i) {
      for (std::size_t v = 0; v < kPanelVectors; ++v) {
        sums[i][v] = kAdd ? hn::LoadU(d, c + i * kPanel + v * kLanes) : hn::Zero(d);
      }
    }
  }

  // Adds the product of `depth` columns of a and rows of b.
  HWY_INLINE void add(std::size_t depth, const float* HWY_RESTRICT a, std::size_t a_row,
                      std::size_t a_step, const float* HWY_RESTRICT b) {
    const FullTag d;
    for (std::size_t k = 0; k < depth; ++k) {
      const auto b0 = hn::LoadU(d, b);
      const auto b1 = hn::LoadU(d, b + kLanes);
      HWY_UNROLL(16)
      for (std::size_t i = 0; i < kRows; ++i) {
        const auto factor = hn::Set(d, a[i * a_row]);
        sums[i][0] = hn::MulAdd(factor, b0, sums[i][0]);
        sums[i][1] = hn::MulAdd(factor, b1, sums[i][1]);
      }
      a += a_step;
      b += kPanel;
    }
  }

  HWY_INLINE void end(float* HWY_RESTRICT c) const {
    const FullTag d;
    HWY_UNROLL(16)
    for (std::size_t i = 0; i < kRows; ++i) {
      for (std::size_t v = 0; v < kPanelVectors; ++v) {
        hn::StoreU(sums[i][v], d, c + i * kPanel + v * kLanes);
      }
    }
  }
};

// How many columns of a are multiplied at a time: so many rows of b's panel stay in the first-level
// cache while the tiles go by.
constexpr std::size_t kDepth = 16 * 1024 / (kPanel * sizeof(float));

template <bool kAdd>
HWY_INLINE void multiply_tile(std::size_t rows, const float* HWY_RESTRICT a,
                              const float* HWY_RESTRICT b, std::size_t depth,
                              float* HWY_RESTRICT c) {
  Tile<kTileRows, kAdd> tile;
  tile.begin(c);
  for (std::size_t k = 0; k < depth; k += kPanel) {
    tile.add(std::min(kPanel, depth - k), a + k * rows, kPanel, 1, b + k * kPanel);
  }
  tile.end(c);
}

// out = a b: panels of `rows` rows each, a whole number of tiles of them; `packed` as pack() lays
// it.
HWY_INLINE void multiply(std::size_t rows, const float* HWY_RESTRICT a,
                         const float* HWY_RESTRICT packed, std::size_t depth, std::size_t width,
                         float* HWY_RESTRICT out) {
  for (std::size_t panel = 0; panel < panels_of(width); ++panel) {
    float* c = out + panel * rows * kPanel;
    for (std::size_t k = 0; k < depth; k += kDepth) {
      const float* b = packed + (panel * depth + k) * kPanel;
      const std::size_t count = std::min(kDepth, depth - k);
      for (std::size_t row = 0; row < rows; row += kTileRows) {
        const float* from = a + k * rows + row * kPanel;
        float* to = c + row * kPanel;
        if (k == 0) {
          multiply_tile<false>(rows, from, b, count, to);
        } else {
          multiply_tile<true>(rows, from, b, count, to);
        }
      }
    }
  }
}

// The rows of an outer product's tile: a panel's channels, split as evenly as can be.
constexpr std::size_t kOuterTiles = (kPanel + kTileRows - 1) / kTileRows;
constexpr std::size_t kOuterRows = (kPanel + kOuterTiles - 1) / kOuterTiles;

template <std::size_t kFirst>
HWY_INLINE void add_outer_tiles(std::size_t rows, const float* HWY_RESTRICT a,
                                const float* HWY_RESTRICT b, float* HWY_RESTRICT out) {
  if constexpr (kFirst < kPanel) {
    constexpr std::size_t kRows = kPanel - kFirst < kOuterRows ? kPanel - kFirst : kOuterRows;
    Tile<kRows, true> tile;
    tile.begin(out + kFirst * kPanel);
    tile.add(rows, a + kFirst, 1, kPanel, b);
    tile.end(out + kFirst * kPanel);
    add_outer_tiles<kFirst + kRows>(rows, a, b, out);
  }
}

// out += a^T b over the first `count` of a block's `rows` rows, as [a's panel][b's panel][kPanel]
// [kPanel].
HWY_INLINE void add_outer(std::size_t rows, std::size_t count, const float* HWY_RESTRICT a,
                          std::size_t a_channels, const float* HWY_RESTRICT b,
                          std::size_t b_channels, float* HWY_RESTRICT out) {
  const std::size_t b_panels = panels_of(b_channels);
  for (std::size_t i = 0; i < panels_of(a_channels); ++i) {
    for (std::size_t j = 0; j < b_panels; ++j) {
      add_outer_tiles<0>(count, a + i * rows * kPanel, b + j * rows * kPanel,
                         out + (i * b_panels + j) * kPanel * kPanel);
    }
  }
}

}  // namespace ag::kernels::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // per target
