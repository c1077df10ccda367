// A factor of a matrix product, reordered as the product reads it: in words, panel by panel, as
// panels-inl.h draws them.

#if defined(AG_KERNELS_PACK_INL_H) == defined(HWY_TARGET_TOGGLE)
#ifdef AG_KERNELS_PACK_INL_H
#undef AG_KERNELS_PACK_INL_H
#else
#define AG_KERNELS_PACK_INL_H
#endif

#include <algorithm>

#include "framework/kernels/cpu/panels-inl.h"
#include "framework/kernels/cpu/pointwise.h"

HWY_BEFORE_NAMESPACE();
namespace ag::kernels::cpu::HWY_NAMESPACE {

// Rows of a packed panel that are written at a time.
constexpr std::size_t kPackedRows = 16;

// Row `row` of a column's words. With an odd number goes zero.
template <class T>
HWY_INLINE float word_at(const UnpackedMatrix& from, std::size_t row, std::size_t column) {
  const OneTag d;
  const float* numbers = from.numbers + column * from.width_stride;
  const std::size_t k = row * kNumbersPerWord<T>;
  if constexpr (kNumbersPerWord<T> == 1) {
    return numbers[k * from.depth_stride];
  } else {
    const float second = k + 1 < from.depth ? numbers[(k + 1) * from.depth_stride] : 0.0F;
    return hn::GetLane(pairs_of(d, hn::Set(d, numbers[k * from.depth_stride]), hn::Set(d, second)));
  }
}

// Packs rows [begin, end) of a whole panel's words, its columns from `column` on, where rows lie in
// order.
template <class T>
HWY_INLINE void pack_rows(const UnpackedMatrix& from, std::size_t begin, std::size_t end,
                          std::size_t column, float* to) {
  const FullTag d;
  for (std::size_t row = begin; row < end; ++row) {
    const std::size_t k = row * kNumbersPerWord<T>;
    const float* first = from.numbers + k * from.depth_stride + column;
    for (std::size_t v = 0; v < kPanel; v += kLanes) {
      auto words = hn::LoadU(d, first + v);
      if constexpr (kNumbersPerWord<T> == 2) {
        const bool both = k + 1 < from.depth;
        words =
            pairs_of(d, words, both ? hn::LoadU(d, first + from.depth_stride + v) : hn::Zero(d));
      }
      hn::StoreU(words, d, to + row * kPanel + v);
    }
  }
}

#if HWY_TARGET != HWY_SCALAR
constexpr std::size_t kSquare = 4;
using FourTag = hn::FixedTag<float, kSquare>;

template <class T>
HWY_INLINE hn::Vec<FourTag> four_words(const float* numbers) {
  if constexpr (kNumbersPerWord<T> == 1) {
    return hn::LoadU(FourTag(), numbers);
  } else {
    const hn::FixedTag<float, kNumbersPerWord<T> * kSquare> d;
    return hn::BitCast(FourTag(), to_bf16(d, hn::LoadU(d, numbers)));
  }
}

// Writes 4 words of each of 4 rows, `stride` apart, as columns of 4 rows of a panel.
template <class T>
HWY_INLINE void transpose_square(const float* from, std::size_t stride, float* to) {
  const FourTag d;
  const auto r0 = four_words<T>(from), r1 = four_words<T>(from + stride);
  const auto r2 = four_words<T>(from + 2 * stride), r3 = four_words<T>(from + 3 * stride);
  const auto low02 = hn::InterleaveLower(d, r0, r2), low13 = hn::InterleaveLower(d, r1, r3);
  const auto high02 = hn::InterleaveUpper(d, r0, r2), high13 = hn::InterleaveUpper(d, r1, r3);
  hn::StoreU(hn::InterleaveLower(d, low02, low13), d, to);
  hn::StoreU(hn::InterleaveUpper(d, low02, low13), d, to + kPanel);
  hn::StoreU(hn::InterleaveLower(d, high02, high13), d, to + 2 * kPanel);
  hn::StoreU(hn::InterleaveUpper(d, high02, high13), d, to + 3 * kPanel);
}
#endif

// The same as pack_rows() where columns lie in order.
template <class T>
HWY_INLINE void pack_columns(const UnpackedMatrix& from, std::size_t begin, std::size_t end,
                             std::size_t column, float* to) {
  std::size_t row = begin;
#if HWY_TARGET != HWY_SCALAR
  for (; row + kSquare <= end && (row + kSquare) * kNumbersPerWord<T> <= from.depth;
       row += kSquare) {
    for (std::size_t i = 0; i < kPanel; i += kSquare) {
      transpose_square<T>(
          from.numbers + (column + i) * from.width_stride + row * kNumbersPerWord<T>,
          from.width_stride, to + row * kPanel + i);
    }
  }
#endif
  for (; row < end; ++row) {
    for (std::size_t i = 0; i < kPanel; ++i)
      to[row * kPanel + i] = word_at<T>(from, row, column + i);
  }
}

// Packs rows [begin, end) of the words of a panel's columns, all that are left where those are
// fewer.
template <class T>
HWY_INLINE void pack_part(const UnpackedMatrix& from, std::size_t begin, std::size_t end,
                          std::size_t column, float* panel) {
  if (column + kPanel > from.width) {
    std::fill(panel + begin * kPanel, panel + end * kPanel, 0.0F);
    for (std::size_t row = begin; row < end; ++row) {
      for (std::size_t i = 0; i < from.width - column; ++i) {
        panel[row * kPanel + i] = word_at<T>(from, row, column + i);
      }
    }
  } else if (from.width_stride == 1) {
    pack_rows<T>(from, begin, end, column, panel);
  } else {
    pack_columns<T>(from, begin, end, column, panel);
  }
}

// Into words, of features of type T, in panels. Memory is read as it lies.
template <class T>
HWY_INLINE void pack(const UnpackedMatrix& from, float* to) {
  const std::size_t words = words_of<T>(from.depth);
  const bool by_rows = from.width_stride == 1;
  const std::size_t rows = by_rows ? kPackedRows : words;
  for (std::size_t begin = 0; begin < words; begin += rows) {
    const std::size_t end = std::min(words, begin + rows);
    for (std::size_t column = 0; column < from.width; column += kPanel) {
      pack_part<T>(from, begin, end, column, to + column * words);
    }
  }
}

}  // namespace ag::kernels::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // per target
