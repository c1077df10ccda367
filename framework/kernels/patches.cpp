#include "framework/kernels/patches.h"

#include <ATen/ops/empty.h>

#include <algorithm>
#include <cstddef>
#include <cstring>

#include "framework/kernels/chunks.h"

namespace ag::kernels {
namespace {

// One row of a patch: `count` pixels from `first` on, those outside of the picture zeros.
void copy_row(const std::byte* row, std::int64_t width, std::size_t pixel_bytes, std::int64_t first,
              std::int64_t count, std::byte* to) {
  const std::int64_t begin = std::max<std::int64_t>(first, 0);
  const std::int64_t end = std::min(first + count, width);
  const auto bytes = [pixel_bytes](std::int64_t pixels) {
    return static_cast<std::size_t>(pixels) * pixel_bytes;
  };
  if (end - begin < count) std::memset(to, 0, bytes(count));
  if (begin < end) std::memcpy(to + bytes(begin - first), row + bytes(begin), bytes(end - begin));
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
  const auto pixel_bytes = static_cast<std::size_t>(in.size(1)) * in.element_size();
  const std::size_t row_bytes = static_cast<std::size_t>(width) * pixel_bytes;
  const auto* from = static_cast<const std::byte*>(in.const_data_ptr());
  auto* to = static_cast<std::byte*>(out.data_ptr());
  over_chunks(in.size(0) * rows, [&](std::size_t, std::size_t begin, std::size_t end) {
    for (auto line = static_cast<std::int64_t>(begin); line < static_cast<std::int64_t>(end);
         ++line) {
      const std::int64_t image = line / rows;
      const std::int64_t top = line % rows * convolution.stride - convolution.rows.begin;
      for (std::int64_t at = 0; at < columns * kernel; ++at) {
        const std::int64_t row = top + at % kernel;
        std::byte* patch =
            to + static_cast<std::size_t>((line * columns * kernel + at) * kernel) * pixel_bytes;
        if (row < 0 || row >= height) {
          std::memset(patch, 0, static_cast<std::size_t>(kernel) * pixel_bytes);
          continue;
        }
        const std::int64_t left = at / kernel * convolution.stride - convolution.columns.begin;
        copy_row(from + static_cast<std::size_t>(image * height + row) * row_bytes, width,
                 pixel_bytes, left, kernel, patch);
      }
    }
  });
  return out.permute({0, 3, 1, 2});
}

Convolution of_patches(const Convolution& convolution) {
  const at::Tensor& weight = convolution.weight;
  return {.weight = weight.permute({0, 2, 3, 1}).reshape({weight.size(0), -1, 1, 1})};
}

}  // namespace ag::kernels
