// A factor of a matrix product, reordered as the product reads it: panel by panel, as panels-inl.h
// draws them.

#if defined(AG_KERNELS_PACK_INL_H) == defined(HWY_TARGET_TOGGLE)
#ifdef AG_KERNELS_PACK_INL_H
#undef AG_KERNELS_PACK_INL_H
#else
#define AG_KERNELS_PACK_INL_H
#endif

#include <algorithm>

#include "framework/kernels/cpu/panels-inl.h"

HWY_BEFORE_NAMESPACE();
namespace ag::kernels::cpu::HWY_NAMESPACE {

// Rows of a packed panel that are written at a time.
constexpr std::size_t kPackedRows = 16;

// Packs rows [begin, end) of [depth, width] into one panel of them.
HWY_INLINE void pack_rows(const float* from, std::size_t begin, std::size_t end, std::size_t width,
                          float* to) {
  const FullTag d;
  for (std::size_t k = begin; k < end; ++k) {
    for (std::size_t v = 0; v < kPanel; v += kLanes) {
      hn::StoreU(hn::LoadU(d, from + k * width + v), d, to + k * kPanel + v);
    }
  }
}

#if HWY_TARGET != HWY_SCALAR
// Writes 4 numbers of each of 4 rows, `stride` apart, as columns of 4 rows of a panel.
HWY_INLINE void transpose_4x4(const float* from, std::size_t stride, float* to) {
  const hn::FixedTag<float, 4> d;
  const auto r0 = hn::LoadU(d, from), r1 = hn::LoadU(d, from + stride);
  const auto r2 = hn::LoadU(d, from + 2 * stride), r3 = hn::LoadU(d, from + 3 * stride);
  const auto low02 = hn::InterleaveLower(d, r0, r2), low13 = hn::InterleaveLower(d, r1, r3);
  const auto high02 = hn::InterleaveUpper(d, r0, r2), high13 = hn::InterleaveUpper(d, r1, r3);
  hn::StoreU(hn::InterleaveLower(d, low02, low13), d, to);
  hn::StoreU(hn::InterleaveUpper(d, low02, low13), d, to + kPanel);
  hn::StoreU(hn::InterleaveLower(d, high02, high13), d, to + 2 * kPanel);
  hn::StoreU(hn::InterleaveUpper(d, high02, high13), d, to + 3 * kPanel);
}
#endif

// The same of [depth, width] that lies transposed.
HWY_INLINE void pack_columns(const float* from, std::size_t begin, std::size_t end,
                             std::size_t depth, float* to) {
  std::size_t k = begin;
#if HWY_TARGET != HWY_SCALAR
  for (; k + 4 <= end; k += 4) {
    for (std::size_t i = 0; i < kPanel; i += 4) {
      transpose_4x4(from + i * depth + k, depth, to + k * kPanel + i);
    }
  }
#endif
  for (; k < end; ++k) {
    for (std::size_t i = 0; i < kPanel; ++i) to[k * kPanel + i] = from[i * depth + k];
  }
}

// Pairs of rows of [depth, width], as words [pairs, width]. With an odd row goes zero.
HWY_INLINE void pair_rows(const float* from, std::size_t depth, std::size_t width, float* to) {
  for (std::size_t k = 0; k < depth; k += 2) {
    const float* first = from + k * width;
    float* out = to + k / 2 * width;
    over_channels(width, [&](auto d, std::size_t c) HWY_ATTR {
      const auto second = k + 1 < depth ? hn::LoadU(d, first + width + c) : hn::Zero(d);
      hn::StoreU(pairs_of(d, hn::LoadU(d, first + c), second), d, out + c);
    });
  }
}

// The same of [depth, width] that lies transposed, as words [width, pairs].
HWY_INLINE void pair_columns(const float* from, std::size_t depth, std::size_t width, float* to) {
  const std::size_t words = (depth + 1) / 2;
  for (std::size_t i = 0; i < width; ++i, from += depth, to += words) {
    over_channels(depth, [&](auto d, std::size_t k) HWY_ATTR {
      store(d, hn::LoadU(d, from + k), reinterpret_cast<Bf16*>(to) + k);
    });
  }
}

// [depth, width], whose rows are depth_stride apart and columns width_stride, one of which is 1.
HWY_INLINE void pack(const float* from, std::size_t depth, std::size_t width,
                     std::size_t depth_stride, std::size_t width_stride, float* to) {
  for (std::size_t begin = 0; begin < depth; begin += kPackedRows) {
    const std::size_t end = std::min(depth, begin + kPackedRows);
    for (std::size_t first = 0; first < width; first += kPanel) {
      const float* panel = from + first * width_stride;
      float* out = to + first * depth;
      if (first + kPanel > width) {
        std::fill(out + begin * kPanel, out + end * kPanel, 0.0F);
        for (std::size_t k = begin; k < end; ++k) {
          for (std::size_t i = 0; i < width - first; ++i) {
            out[k * kPanel + i] = panel[k * depth_stride + i * width_stride];
          }
        }
      } else if (width_stride == 1) {
        pack_rows(panel, begin, end, width, out);
      } else {
        pack_columns(panel, begin, end, depth, out);
      }
    }
  }
}

}  // namespace ag::kernels::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // per target
