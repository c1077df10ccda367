#include "framework/kernels/patches.h"

#include <ATen/ops/empty.h>

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <type_traits>

#include "framework/kernels/chunks.h"

namespace ag::kernels {
namespace {

// Pictures [N, H, W, pixels of so many bytes].
struct Pictures {
  const std::byte* bytes = nullptr;
  std::int64_t height = 0, width = 0;
  std::size_t pixel_bytes = 0;

  const std::byte* row(std::int64_t image, std::int64_t row) const {
    return bytes + static_cast<std::size_t>((image * height + row) * width) * pixel_bytes;
  }
};

// One row of a patch: `count` pixels from `first` on, those outside of the picture zeros.
void copy_edge(const std::byte* row, const Pictures& from, std::int64_t first, std::int64_t count,
               std::byte* to) {
  const std::int64_t begin = std::max<std::int64_t>(first, 0);
  const std::int64_t end = std::min(first + count, from.width);
  const auto bytes = [&](std::int64_t pixels) {
    return static_cast<std::size_t>(pixels) * from.pixel_bytes;
  };
  if (end - begin < count) std::memset(to, 0, bytes(count));
  if (begin < end) std::memcpy(to + bytes(begin - first), row + bytes(begin), bytes(end - begin));
}

// Calls f(bytes). Three pixels of three numbers, a row of a usual stem's patch, are passed as a
// constant: copying them is then a few instructions, not a call.
template <class F>
void with_constant(std::size_t bytes, const F& f) {
  constexpr std::size_t kNumbers = 9, kOfBf16 = kNumbers * 2, kOfFloat = kNumbers * 4;
  switch (bytes) {
    case kOfBf16:
      return f(std::integral_constant<std::size_t, kOfBf16>());
    case kOfFloat:
      return f(std::integral_constant<std::size_t, kOfFloat>());
    default:
      return f(bytes);
  }
}

// The patches of a line of the output, one after the other. Returns their end.
template <class Bytes>
std::byte* copy_line(const Pictures& from, std::int64_t image, std::int64_t line,
                     std::int64_t columns, const Convolution& convolution, Bytes row_bytes,
                     std::byte* to) {
  const std::int64_t kernel = convolution.weight.size(2);
  const std::int64_t top = line * convolution.stride - convolution.rows.begin;
  for (std::int64_t column = 0; column < columns; ++column) {
    const std::int64_t left = column * convolution.stride - convolution.columns.begin;
    const bool inside = left >= 0 && left + kernel <= from.width;
    for (std::int64_t row = top; row < top + kernel; ++row, to += row_bytes) {
      if (row < 0 || row >= from.height) {
        std::memset(to, 0, row_bytes);
      } else if (inside) {
        std::memcpy(to, from.row(image, row) + static_cast<std::size_t>(left) * from.pixel_bytes,
                    row_bytes);
      } else {
        copy_edge(from.row(image, row), from, left, kernel, to);
      }
    }
  }
  return to;
}

}  // namespace

at::Tensor patches(const at::Tensor& x, const Convolution& convolution) {
  const at::Tensor in = x.detach().contiguous(at::MemoryFormat::ChannelsLast);
  const std::int64_t kernel = convolution.weight.size(2);
  const std::int64_t height = in.size(2);
  const std::int64_t width = in.size(3);
  const std::int64_t rows = outputs(height, convolution.rows, kernel, convolution.stride);
  const std::int64_t columns = outputs(width, convolution.columns, kernel, convolution.stride);
  const at::Tensor out =
      at::empty({in.size(0), rows, columns, kernel * kernel * in.size(1)}, in.options());
  const Pictures from = {static_cast<const std::byte*>(in.const_data_ptr()), height, width,
                         static_cast<std::size_t>(in.size(1)) * in.element_size()};
  auto* to = static_cast<std::byte*>(out.data_ptr());
  with_constant(static_cast<std::size_t>(kernel) * from.pixel_bytes, [&](auto row_bytes) {
    const std::size_t line_bytes = static_cast<std::size_t>(columns * kernel) * row_bytes;
    over_chunks(in.size(0) * rows, [&](std::size_t, std::size_t begin, std::size_t end) {
      std::byte* line = to + begin * line_bytes;
      for (auto i = static_cast<std::int64_t>(begin); i < static_cast<std::int64_t>(end); ++i)
        line = copy_line(from, i / rows, i % rows, columns, convolution, row_bytes, line);
    });
  });
  return out.permute({0, 3, 1, 2});
}

Convolution of_patches(const Convolution& convolution) {
  const at::Tensor& weight = convolution.weight;
  return {.weight = weight.permute({0, 2, 3, 1}).reshape({weight.size(0), -1, 1, 1})};
}

}  // namespace ag::kernels
