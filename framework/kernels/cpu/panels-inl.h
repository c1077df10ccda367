// Blocks of features in panels, and matrix products of them.
//
// A block of rows lies as [panel][row][kPanel]: kPanel words of one row side by side, then the next
// row's. Whatever walks rows or words then reads memory in order. A word is a float, or for
// products of bfloat16 a pair of those (bf16-inl.h): such a product sums over pairs at a time.
// Words that fill up the last panel are zeros.

#if defined(AG_KERNELS_PANELS_INL_H) == defined(HWY_TARGET_TOGGLE)
#ifdef AG_KERNELS_PANELS_INL_H
#undef AG_KERNELS_PANELS_INL_H
#else
#define AG_KERNELS_PANELS_INL_H
#endif

#include <algorithm>
#include <type_traits>

#include "framework/kernels/cpu/prefetch.h"
#include "framework/kernels/cpu/simd-inl.h"
#include "framework/kernels/cpu/writer-inl.h"

HWY_BEFORE_NAMESPACE();
namespace ag::kernels::cpu::HWY_NAMESPACE {

constexpr std::size_t kPanelVectors = 2;
constexpr std::size_t kPanel = kPanelVectors * kLanes;

// Rows that a product keeps in registers: together with two vectors of the other factor they fill
// 16 registers, or 32 of AVX-512.
constexpr std::size_t kTileRows = HWY_MAX_BYTES >= 64 ? 12 : 6;

// Numbers that a word holds, where features are of type T.
template <class T>
constexpr std::size_t kNumbersPerWord = AG_PAIRS&& std::is_same_v<T, Bf16> ? 2 : 1;

template <class T>
HWY_INLINE std::size_t words_of(std::size_t numbers) {
  return (numbers + kNumbersPerWord<T> - 1) / kNumbersPerWord<T>;
}

HWY_INLINE std::size_t panels_of(std::size_t words) {
  return (words + kPanel - 1) / kPanel;
}

// sums + a * b, of what words of features of type T hold.
template <class T, class V>
HWY_INLINE V add_products(V a, V b, V sums) {
#if AG_PAIRS
  if constexpr (kNumbersPerWord<T> == 2) return add_products_of_pairs(a, b, sums);
#endif
  return hn::MulAdd(a, b, sums);
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

// How many rows of a panel are fetched ahead where few rows of the other factor meet each.
constexpr std::size_t kFetchedRows = 16;

// c[kRows, kPanel] += a[kRows, depth] b[depth, kPanel] in registers, `depth` in words of features
// of type T. a's words are a_row apart from row to row, and a_step from column to column.
template <class T, std::size_t kRows>
struct Tile {
  hn::Vec<FullTag> sums[kRows][kPanelVectors];

  HWY_INLINE void clear() {
    HWY_UNROLL(16)
    for (std::size_t i = 0; i < kRows; ++i) {
      for (std::size_t v = 0; v < kPanelVectors; ++v) sums[i][v] = hn::Zero(FullTag());
    }
  }

  // c's rows are `stride` apart.
  HWY_INLINE void load(const float* HWY_RESTRICT c, std::size_t stride = kPanel) {
    HWY_UNROLL(16)
    for (std::size_t i = 0; i < kRows; ++i) {
      for (std::size_t v = 0; v < kPanelVectors; ++v) {
        sums[i][v] = hn::LoadU(FullTag(), c + i * stride + v * kLanes);
      }
    }
  }

  // With what stands at c, where the product `adds` to that.
  HWY_INLINE void begin(bool adds, const float* HWY_RESTRICT c, std::size_t stride = kPanel) {
    if (adds) {
      load(c, stride);
    } else {
      clear();
    }
  }

  // Where it fetches ahead, b is read from beyond the first caches, and too fast to wait for them.
  template <bool kFetchesAhead = false>
  HWY_INLINE void add(std::size_t depth, const float* HWY_RESTRICT a, std::size_t a_row,
                      std::size_t a_step, const float* HWY_RESTRICT b) {
    const FullTag d;
    for (std::size_t k = 0; k < depth; ++k) {
      if constexpr (kFetchesAhead) {
        for (std::size_t at = 0; at < kPanel; at += kLineBytes / sizeof(float))
          __builtin_prefetch(b + kFetchedRows * kPanel + at, 0, 3);
      }
      const auto b0 = hn::LoadU(d, b);
      const auto b1 = hn::LoadU(d, b + kLanes);
      HWY_UNROLL(16)
      for (std::size_t i = 0; i < kRows; ++i) {
        const auto factor = hn::Set(d, a[i * a_row]);
        sums[i][0] = add_products<T>(factor, b0, sums[i][0]);
        sums[i][1] = add_products<T>(factor, b1, sums[i][1]);
      }
      a += a_step;
      b += kPanel;
    }
  }

  HWY_INLINE void store(float* HWY_RESTRICT c, std::size_t stride = kPanel) const {
    HWY_UNROLL(16)
    for (std::size_t i = 0; i < kRows; ++i) {
      for (std::size_t v = 0; v < kPanelVectors; ++v) {
        hn::StoreU(sums[i][v], FullTag(), c + i * stride + v * kLanes);
      }
    }
  }
};

// How many columns of a are multiplied at a time: so many rows of b's panel stay in the first-level
// cache while the tiles go by.
constexpr std::size_t kDepth = (16 << 10) / (kPanel * sizeof(float));

// The part of a square of kPanel rows of a panel that one of a block's tiles fetches ahead, so that
// all tiles together fetch what is read after it: with few tiles a product waits for nothing but
// the other factor, which comes from memory once.
struct Share {
  std::size_t begin = 0, end = 0;  // bytes
};

HWY_INLINE Share share_of_tile(std::size_t tile, std::size_t tiles) {
  constexpr std::size_t kBytes = kPanel * kPanel * sizeof(float);
  return {kBytes * tile / tiles, kBytes * (tile + 1) / tiles};
}

// What lies beyond the end does no harm.
HWY_INLINE void fetch_ahead(const float* square, Share share) {
  const char* bytes = reinterpret_cast<const char*>(square);
  for (std::size_t at = share.begin; at < share.end; at += kLineBytes) {
    __builtin_prefetch(bytes + at, 0, 2);
  }
}

// Hands `count` rows of a panel of sums to `sink`, as their `row`-th and so on.
template <class Sink>
HWY_NOINLINE void hand_over(const float* sums, std::size_t row, std::size_t count,
                            std::size_t panel, std::size_t width, const Sink& sink) {
  over_panel(panel, width, [&](auto d, std::size_t c, std::size_t at) HWY_ATTR {
    sink.template take<1>(d, row, c, count, [&](std::size_t i, std::size_t) HWY_ATTR {
      return hn::LoadU(d, sums + i * kPanel + at);
    });
  });
}

// A whole tile, vector by vector.
template <class T, class Sink>
HWY_INLINE void hand_over(const Tile<T, kTileRows>& tile, std::size_t row, std::size_t panel,
                          std::size_t width, const Sink& sink) {
  const std::size_t channel = panel * kPanel;
  if (channel + kPanel <= width) {
    sink.template take<kPanelVectors>(
        FullTag(), row, channel, std::integral_constant<std::size_t, kTileRows>(),
        [&](std::size_t i, std::size_t v) HWY_ATTR { return tile.sums[i][v]; });
    return;
  }
  HWY_ALIGN float sums[kTileRows * kPanel];
  tile.store(sums);
  hand_over(sums, row, kTileRows, panel, width, sink);
}

// A part of a product that tiles compute one after the other: columns [begin, end) of a, from
// panels of `rows` rows, times as many rows of a panel of b.
struct Stretch {
  const float* a = nullptr;  // the tile's first row, in the first panel
  std::size_t rows = 0;
  const float* b = nullptr;  // row `begin`
  std::size_t begin = 0, end = 0;
};

template <class T, std::size_t kRows>
HWY_INLINE void add_stretch(const Stretch& of, Share share, Tile<T, kRows>& tile) {
  for (std::size_t at = of.begin; at < of.end; at += kPanel) {
    const float* b = of.b + (at - of.begin) * kPanel;
    fetch_ahead(b + kDepth * kPanel, share);
    tile.add(std::min(kPanel, of.end - at), of.a + at * of.rows, kPanel, 1, b);
  }
}

// The same for the first kRows rows of a tile whose sums, [kTileRows, kPanel], lie in memory.
template <class T, std::size_t kRows>
HWY_INLINE void add_stretch(const Stretch& of, Share share, float* sums) {
  Tile<T, kRows> tile;
  tile.begin(of.begin > 0, sums);
  add_stretch(of, share, tile);
  tile.store(sums);
}

// The fewest rows of a tile that are computed.
constexpr std::size_t kFewRows = kTileRows / 3;

// The same for a tile of which `count` rows are wanted: of few pixels, most of it may be empty.
template <class T>
HWY_NOINLINE void add_to_rows(const Stretch& of, Share share, std::size_t count, float* sums) {
  static_assert(3 * kFewRows == kTileRows);
  if (count <= kFewRows) return add_stretch<T, kFewRows>(of, share, sums);
  if (count <= 2 * kFewRows) return add_stretch<T, 2 * kFewRows>(of, share, sums);
  add_stretch<T, kTileRows>(of, share, sums);
}

// The same for a block of so few rows that arithmetic is done before the panel is there.
template <class T>
HWY_NOINLINE void add_to_few_rows(const Stretch& of, float* sums) {
  Tile<T, kFewRows> tile;
  tile.begin(of.begin > 0, sums);
  for (std::size_t at = of.begin; at < of.end; at += kPanel) {
    const float* b = of.b + (at - of.begin) * kPanel;
    tile.template add<true>(std::min(kPanel, of.end - at), of.a + at * of.rows, kPanel, 1, b);
  }
  tile.store(sums);
}

// Of what a product computes, panels [begin, end).
struct Panels {
  std::size_t begin = 0, end = 0;
};

// The product of a block of `count` rows, in panels of `rows` rows, a whole number of tiles of
// them, with what pack() packed, [depth, width], the depth in words of features of type T. It goes
// to `sink` out of the registers: sink.take<n>(d, row, channel, rows, get) takes n vectors of each
// of a few rows, get(i, v) of the i-th of them. `partial` has room for one panel.
template <class T, class Sink>
HWY_INLINE void multiply(std::size_t rows, std::size_t count, const float* HWY_RESTRICT a,
                         const float* HWY_RESTRICT packed, std::size_t depth, std::size_t width,
                         Panels panels, float* HWY_RESTRICT partial, Prefetch& prefetch,
                         const Sink& sink) {
  const std::size_t tiles = (count + kTileRows - 1) / kTileRows;
  for (std::size_t panel = panels.begin; panel < panels.end; ++panel) {
    for (std::size_t k = 0; k < depth; k += kDepth) {
      const float* b = packed + (panel * depth + k) * kPanel;
      const std::size_t end = std::min(depth, k + kDepth);
      for (std::size_t row = 0; row < count; row += kTileRows) {
        prefetch.step();
        const Share share = share_of_tile(row / kTileRows, tiles);
        const Stretch stretch = {a + row * kPanel, rows, b, k, end};
        float* sums = partial + row * kPanel;
        if (count - row < kTileRows) {
          if (count <= kFewRows) {
            add_to_few_rows<T>(stretch, sums);
          } else {
            add_to_rows<T>(stretch, share, count - row, sums);
          }
          if (end == depth) hand_over(sums, row, count - row, panel, width, sink);
          continue;
        }
        Tile<T, kTileRows> tile;
        tile.begin(k > 0, sums);
        add_stretch(stretch, share, tile);
        if (end < depth) {
          tile.store(sums);
        } else {
          hand_over(tile, row, panel, width, sink);
        }
      }
    }
  }
}

// A sink that writes what it takes as rows of features.
template <class T>
struct Written {
  T* to = nullptr;
  std::size_t channels = 0;
  bool past_caches = false;

  template <std::size_t kVectors, class D, class Count, class Get>
  HWY_INLINE void take(D d, std::size_t row, std::size_t c, Count count, const Get& get) const {
    T* out = to + row * channels + c;
    const std::size_t rows = count;
    HWY_UNROLL(16)
    for (std::size_t i = 0; i < rows; ++i, out += channels) {
      for (std::size_t v = 0; v < kVectors; ++v) write(d, get(i, v), out + v * kLanes, past_caches);
    }
  }
};

// The rows of an outer product's tile: a panel's channels, split as evenly as can be.
constexpr std::size_t kOuterTiles = (kPanel + kTileRows - 1) / kTileRows;
constexpr std::size_t kOuterRows = (kPanel + kOuterTiles - 1) / kOuterTiles;

// One panel of a with one of b, into the first `height` rows of a square of kPanel columns,
// `stride` apart: those of its last tile are written to their end. `adds`: to what stands there.
template <class T, std::size_t kFirst = 0>
HWY_INLINE void outer_square(std::size_t count, const float* HWY_RESTRICT a,
                             const float* HWY_RESTRICT b, bool adds, std::size_t height,
                             float* HWY_RESTRICT out, std::size_t stride) {
  if constexpr (kFirst < kPanel) {
    if (kFirst >= height) return;
    constexpr std::size_t kRows = kPanel - kFirst < kOuterRows ? kPanel - kFirst : kOuterRows;
    Tile<T, kRows> tile;
    tile.begin(adds, out + kFirst * stride, stride);
    tile.add(count, a + kFirst, 1, kPanel, b);
    tile.store(out + kFirst * stride, stride);
    outer_square<T, kFirst + kRows>(count, a, b, adds, height, out, stride);
  }
}

HWY_INLINE void copy_rows(const float* from, std::size_t from_stride, std::size_t height,
                          std::size_t width, float* to, std::size_t to_stride) {
  for (std::size_t i = 0; i < height; ++i) {
    std::copy_n(from + i * from_stride, width, to + i * to_stride);
  }
}

// out = a^T b, or added to it, over the first `count` of a block's `rows` rows: [a_channels,
// b_channels]. Of pairs a row is what two rows of features are.
template <class T>
HWY_INLINE void outer_product(std::size_t rows, std::size_t count, const float* HWY_RESTRICT a,
                              std::size_t a_channels, const float* HWY_RESTRICT b,
                              std::size_t b_channels, bool adds, float* HWY_RESTRICT out) {
  HWY_ALIGN float square[kPanel * kPanel] = {};  // where less than a whole one is left
  for (std::size_t i = 0; i < panels_of(a_channels); ++i) {
    const std::size_t height = std::min(kPanel, a_channels - i * kPanel);
    for (std::size_t j = 0; j < panels_of(b_channels); ++j) {
      const std::size_t width = std::min(kPanel, b_channels - j * kPanel);
      const float* of_a = a + i * rows * kPanel;
      const float* of_b = b + j * rows * kPanel;
      float* to = out + i * kPanel * b_channels + j * kPanel;
      if (height == kPanel && width == kPanel) {
        // The next ones: all of them together fit in no cache.
        const bool last = j + 1 == panels_of(b_channels);
        const float* next = last ? out + (i + 1) * kPanel * b_channels : to + kPanel;
        for (std::size_t k = 0; k < kPanel; ++k) {
          __builtin_prefetch(next + k * b_channels, 1, 3);
          __builtin_prefetch(next + k * b_channels + kLanes, 1, 3);
        }
        outer_square<T>(count, of_a, of_b, adds, kPanel, to, b_channels);
      } else {
        if (adds) copy_rows(to, b_channels, height, width, square, kPanel);
        outer_square<T>(count, of_a, of_b, adds, height, square, kPanel);
        copy_rows(square, kPanel, height, width, to, b_channels);
      }
    }
  }
}

}  // namespace ag::kernels::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // per target
