// Rows of features, read through BatchNorm and activation into the panels that products take.

#if defined(AG_KERNELS_BLOCKS_INL_H) == defined(HWY_TARGET_TOGGLE)
#ifdef AG_KERNELS_BLOCKS_INL_H
#undef AG_KERNELS_BLOCKS_INL_H
#else
#define AG_KERNELS_BLOCKS_INL_H
#endif

#include <algorithm>
#include <type_traits>

#include "framework/kernels/cpu/aligned.h"
#include "framework/kernels/cpu/panels-inl.h"

HWY_BEFORE_NAMESPACE();
namespace ag::kernels::cpu::HWY_NAMESPACE {

// What the words of features of type T are made of.
template <class T>
using InWords = std::conditional_t<kNumbersPerWord<T> == 2, Bf16, float>;

// The first factor of a product over channels: word w of a row holds what channels w, or 2w and
// 2w + 1, are.
template <class T>
class ChannelBlock {
 public:
  // `rows`: a whole number of tiles, of an even number of rows each.
  ChannelBlock(std::size_t rows, std::size_t channels)
      : rows_(rows), words_(zeros(rows * panels_of(words_of<T>(channels)) * kPanel)) {}

  // Channels from c on of two rows.
  template <class D>
  HWY_INLINE void put(D d, std::size_t row, std::size_t c, hn::Vec<D> first,
                      hn::Vec<D> second) const {
    constexpr std::size_t kNumbers = kNumbersPerWord<T>;
    const std::size_t word = c / kNumbers;
    float* at = words_.get() + ((word / kPanel) * rows_ + row) * kPanel + word % kPanel;
    store(d, first, reinterpret_cast<InWords<T>*>(at) + c % kNumbers);
    store(d, second, reinterpret_cast<InWords<T>*>(at + kPanel) + c % kNumbers);
  }

  const float* words() const { return words_.get(); }

 private:
  std::size_t rows_;
  AlignedFloats words_;
};

// A factor of a product over rows, [rows or pairs of rows, channels]: word c holds what channel c
// is in one of them.
template <class T>
class RowBlock {
 public:
  RowBlock(std::size_t rows, std::size_t channels)
      : rows_(rows / kNumbersPerWord<T>), words_(zeros(rows_ * panels_of(channels) * kPanel)) {}

  template <class D>
  HWY_INLINE void put(D d, std::size_t row, std::size_t c, hn::Vec<D> first,
                      hn::Vec<D> second) const {
    float* at = words_.get() + ((c / kPanel) * rows_ + row / kNumbersPerWord<T>)*kPanel;
    if constexpr (kNumbersPerWord<T> == 2) {
      hn::StoreU(pairs_of(d, first, second), d, at + c % kPanel);
    } else {
      hn::StoreU(first, d, at + c % kPanel);
      hn::StoreU(second, d, at + kPanel + c % kPanel);
    }
  }

  std::size_t rows() const { return rows_; }
  const float* words() const { return words_.get(); }

 private:
  std::size_t rows_;
  AlignedFloats words_;
};

// Reads the first `count` rows of a block and puts them into `blocks`. reader(d, channel) reads
// those channels: called with a row it gives what stands there. A row beyond the last of an odd
// number is zeros.
template <class Reader, class... Blocks>
HWY_INLINE void read_rows(std::size_t count, std::size_t channels, const Reader& reader,
                          const Blocks&... blocks) {
  over_row_groups(0, count, channels,
                  [&](auto d, std::size_t begin, std::size_t end, std::size_t c) HWY_ATTR {
                    const auto read = reader(d, c);
                    std::size_t row = begin;
                    for (; row + 2 <= end; row += 2) {
                      const auto first = read(row);
                      const auto second = read(row + 1);
                      (blocks.put(d, row, c, first, second), ...);
                    }
                    if (row < end) {
                      const auto last = read(row);
                      (blocks.put(d, row, c, last, hn::Zero(d)), ...);
                    }
                  });
}

}  // namespace ag::kernels::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // per target
