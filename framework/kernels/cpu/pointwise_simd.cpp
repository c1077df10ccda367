// 1x1 convolutions, once for every instruction set.
#include "framework/kernels/cpu/pointwise.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "framework/kernels/cpu/pointwise_simd.cpp"
#include "framework/kernels/cpu/targets.h"
//
#include <hwy/foreach_target.h>
//
#include "framework/kernels/cpu/block_sums-inl.h"
#include "framework/kernels/cpu/gradient-inl.h"
#include "framework/kernels/cpu/panels-inl.h"

HWY_BEFORE_NAMESPACE();
namespace ag::kernels::cpu::HWY_NAMESPACE {
namespace {

// What a block's buffers may take, so that they stay in a core's second-level cache.
constexpr std::size_t kBlockBytes = 384 * 1024;
constexpr std::size_t kFewestTiles = 8;
constexpr std::size_t kMostTiles = 64;

// Rows of a block whose buffers hold `channels` floats a row: whole tiles.
std::size_t block_rows(std::size_t channels) {
  const std::size_t tiles = kBlockBytes / (channels * sizeof(float) * kTileRows);
  return std::clamp(tiles, kFewestTiles, kMostTiles) * kTileRows;
}

std::size_t panel_floats(std::size_t channels) {
  return panels_of(channels) * kPanel;
}

void pack(const float* from, std::size_t depth, std::size_t width, std::size_t depth_stride,
          std::size_t width_stride, float* to) {
  for (std::size_t first = 0; first < width; first += kPanel) {
    const std::size_t count = std::min(kPanel, width - first);
    for (std::size_t k = 0; k < depth; ++k, to += kPanel) {
      const float* row = from + k * depth_stride + first * width_stride;
      if (width_stride == 1) {
        std::copy_n(row, count, to);
      } else {
        for (std::size_t i = 0; i < count; ++i) to[i] = row[i * width_stride];
      }
      std::fill(to + count, to + kPanel, 0.0F);
    }
  }
}

// Rows of features, normalised, as panels of `rows` rows.
template <class T>
HWY_INLINE void read_block(const T* x, std::size_t begin, std::size_t count, std::size_t channels,
                           const Deferred& deferred, std::size_t rows, float* to) {
  with_reader(deferred, [&](const auto& reader) HWY_ATTR {
    over_groups(count, channels, [&](std::size_t row, std::size_t end, std::size_t panel) HWY_ATTR {
      over_panel(panel, channels, [&](auto d, std::size_t c, std::size_t at) HWY_ATTR {
        const T* from = x + (begin + row) * channels + c;
        float* out = to + (panel * rows + row) * kPanel + at;
        for (std::size_t r = row; r < end; ++r, from += channels, out += kPanel) {
          hn::StoreU(reader(d, from, c), d, out);
        }
      });
    });
  });
}

// Writes a block of y and adds it to the sums.
template <class T>
HWY_INLINE void write_block(const float* from, std::size_t rows, T* y, std::size_t begin,
                            std::size_t count, std::size_t channels, const float* pivot,
                            BlockSums& sums) {
  over_groups(count, channels, [&](std::size_t row, std::size_t end, std::size_t panel) HWY_ATTR {
    over_panel(panel, channels, [&](auto d, std::size_t c, std::size_t at) HWY_ATTR {
      const auto centre = hn::LoadU(d, pivot + c);
      auto sum = hn::LoadU(d, sums.first() + c);
      auto squares = hn::LoadU(d, sums.second() + c);
      const float* in = from + (panel * rows + row) * kPanel + at;
      T* out = y + (begin + row) * channels + c;
      for (std::size_t r = row; r < end; ++r, in += kPanel, out += channels) {
        const auto value = hn::Sub(store(d, hn::LoadU(d, in), out), centre);
        sum = hn::Add(sum, value);
        squares = hn::MulAdd(value, value, squares);
      }
      hn::StoreU(sum, d, sums.first() + c);
      hn::StoreU(squares, d, sums.second() + c);
    });
  });
}

template <class T>
HWY_INLINE void write_block(const float* from, std::size_t rows, T* y, std::size_t begin,
                            std::size_t count, std::size_t channels) {
  over_groups(count, channels, [&](std::size_t row, std::size_t end, std::size_t panel) HWY_ATTR {
    over_panel(panel, channels, [&](auto d, std::size_t c, std::size_t at) HWY_ATTR {
      const float* in = from + (panel * rows + row) * kPanel + at;
      T* out = y + (begin + row) * channels + c;
      for (std::size_t r = row; r < end; ++r, in += kPanel, out += channels) {
        store(d, hn::LoadU(d, in), out);
      }
    });
  });
}

template <class T>
void forward(const PointwiseForward<T>& job, std::size_t begin, std::size_t end, Moments* moments) {
  const std::size_t in = job.weights->depth;
  const std::size_t out = job.weights->width;
  const std::size_t rows = block_rows(panel_floats(in) + panel_floats(out));
  const Floats a = zeros(rows * panel_floats(in));
  const Floats product = zeros(rows * panel_floats(out));
  BlockSums sums(out);

  for (std::size_t row = begin; row < end; row += rows) {
    const std::size_t count = std::min(rows, end - row);
    read_block(job.x, row, count, in, job.deferred, rows, a.get());
    multiply(rows, a.get(), job.weights->data.get(), in, out, product.get());
    if (moments == nullptr) {
      write_block(product.get(), rows, job.y, row, count, out);
      continue;
    }
    if (moments->rows == 0) {
      for (std::size_t c = 0; c < out; ++c) {
        moments->pivot[c] = product[(c / kPanel) * rows * kPanel + c % kPanel];
      }
    }
    write_block(product.get(), rows, job.y, row, count, out, moments->pivot.data(), sums);
    sums.move_to(moments->sum, moments->squares);
    moments->rows += count;
  }
}

// Rows of the gradient at y, as panels of `rows` rows.
template <class T>
HWY_INLINE void read_gradient_block(const OutputGradient<T>& output, std::size_t begin,
                                    std::size_t count, std::size_t channels, std::size_t rows,
                                    float* to) {
  with_output_gradient(output, [&](const auto& gradient) HWY_ATTR {
    over_groups(count, channels, [&](std::size_t row, std::size_t end, std::size_t panel) HWY_ATTR {
      over_panel(panel, channels, [&](auto d, std::size_t c, std::size_t at) HWY_ATTR {
        std::size_t offset = (begin + row) * channels + c;
        float* out = to + (panel * rows + row) * kPanel + at;
        for (std::size_t r = row; r < end; ++r, offset += channels, out += kPanel) {
          hn::StoreU(gradient(d, offset, c), d, out);
        }
      });
    });
  });
}

// Writes a block of dz of what was read, from da, and adds it to the sums.
template <class T>
HWY_INLINE void write_gradient_block(const PointwiseBackward<T>& job, const float* from,
                                     std::size_t rows, std::size_t begin, std::size_t count,
                                     BlockSums& sums) {
  const std::size_t channels = job.in;
  const Deferred& deferred = job.deferred;
  with_activation(deferred.activation, [&](auto activation) HWY_ATTR {
    over_groups(count, channels, [&](std::size_t row, std::size_t end, std::size_t panel) HWY_ATTR {
      over_panel(panel, channels, [&](auto d, std::size_t c, std::size_t at) HWY_ATTR {
        const auto scale = hn::LoadU(d, deferred.scale + c);
        const auto shift = hn::LoadU(d, deferred.shift + c);
        const auto mean = hn::LoadU(d, job.mean + c);
        auto sum = hn::LoadU(d, sums.first() + c);
        auto centred = hn::LoadU(d, sums.second() + c);
        const float* in = from + (panel * rows + row) * kPanel + at;
        std::size_t offset = (begin + row) * channels + c;
        for (std::size_t r = row; r < end; ++r, in += kPanel, offset += channels) {
          const auto x = load(d, job.x + offset);
          const auto z = hn::MulAdd(x, scale, shift);
          const auto dz = store(d, activate_backward<activation()>(d, z, hn::LoadU(d, in)),
                                job.grad_x + offset);
          sum = hn::Add(sum, dz);
          centred = hn::MulAdd(dz, hn::Sub(x, mean), centred);
        }
        hn::StoreU(sum, d, sums.first() + c);
        hn::StoreU(centred, d, sums.second() + c);
      });
    });
  });
}

template <class T>
void backward(const PointwiseBackward<T>& job, std::size_t begin, std::size_t end,
              float* grad_weights, GradientSums* sums) {
  const std::size_t in = panel_floats(job.in);
  const std::size_t out = panel_floats(job.out);
  const bool wants_x = job.grad_x != nullptr;
  const std::size_t rows = block_rows(2 * in + out);
  const Floats dy = zeros(rows * out);
  const Floats a = zeros(rows * in);
  const Floats da = zeros(wants_x ? rows * in : 0);
  BlockSums block_sums(job.in);

  for (std::size_t row = begin; row < end; row += rows) {
    const std::size_t count = std::min(rows, end - row);
    read_gradient_block(job.output, row, count, job.out, rows, dy.get());
    if (grad_weights != nullptr) {
      read_block(job.x, row, count, job.in, job.deferred, rows, a.get());
      add_outer(rows, count, dy.get(), job.out, a.get(), job.in, grad_weights);
    }
    if (!wants_x) continue;
    multiply(rows, dy.get(), job.weights->data.get(), job.out, job.in, da.get());
    if (job.deferred.scale == nullptr) {
      write_block(da.get(), rows, job.grad_x, row, count, job.in);
    } else {
      write_gradient_block(job, da.get(), rows, row, count, block_sums);
      if (sums != nullptr) block_sums.move_to(sums->dz, sums->dz_centred);
    }
  }
}

std::size_t tile_floats(std::size_t in, std::size_t out) {
  return panel_floats(in) * panel_floats(out);
}

void add_tiles(const float* tiles, std::size_t in, std::size_t out, float* to) {
  const std::size_t panels = panels_of(in);
  for (std::size_t o = 0; o < out; ++o) {
    for (std::size_t panel = 0; panel < panels; ++panel) {
      const float* from =
          tiles + ((o / kPanel) * panels + panel) * kPanel * kPanel + (o % kPanel) * kPanel;
      const std::size_t count = std::min(kPanel, in - panel * kPanel);
      float* row = to + o * in + panel * kPanel;
      for (std::size_t i = 0; i < count; ++i) row[i] += from[i];
    }
  }
}

void forward_float(const PointwiseForward<float>& job, std::size_t begin, std::size_t end,
                   Moments* moments) {
  forward(job, begin, end, moments);
}
void forward_bf16(const PointwiseForward<Bf16>& job, std::size_t begin, std::size_t end,
                  Moments* moments) {
  forward(job, begin, end, moments);
}
void backward_float(const PointwiseBackward<float>& job, std::size_t begin, std::size_t end,
                    float* grad_weights, GradientSums* sums) {
  backward(job, begin, end, grad_weights, sums);
}
void backward_bf16(const PointwiseBackward<Bf16>& job, std::size_t begin, std::size_t end,
                   float* grad_weights, GradientSums* sums) {
  backward(job, begin, end, grad_weights, sums);
}

}  // namespace
}  // namespace ag::kernels::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace ag::kernels::cpu {

HWY_EXPORT(pack);
HWY_EXPORT(panel_floats);
HWY_EXPORT(forward_float);
HWY_EXPORT(forward_bf16);
HWY_EXPORT(backward_float);
HWY_EXPORT(backward_bf16);
HWY_EXPORT(tile_floats);
HWY_EXPORT(add_tiles);

namespace {

PackedMatrix packed(std::span<const float> weights, std::size_t depth, std::size_t width,
                    std::size_t depth_stride, std::size_t width_stride) {
  const std::size_t floats = HWY_DYNAMIC_DISPATCH(panel_floats)(width) * depth;
  PackedMatrix matrix = {depth, width, hwy::AllocateAligned<float>(floats)};
  HWY_DYNAMIC_DISPATCH(pack)
  (weights.data(), depth, width, depth_stride, width_stride, matrix.data.get());
  return matrix;
}

}  // namespace

PackedMatrix pack_for_forward(std::span<const float> weights, std::size_t in, std::size_t out) {
  return packed(weights, in, out, 1, in);
}

PackedMatrix pack_for_backward(std::span<const float> weights, std::size_t in, std::size_t out) {
  return packed(weights, out, in, in, 1);
}

template <>
void pointwise_forward(const PointwiseForward<float>& job, std::size_t begin, std::size_t end,
                       Moments* moments) {
  HWY_DYNAMIC_DISPATCH(forward_float)(job, begin, end, moments);
}

template <>
void pointwise_forward(const PointwiseForward<Bf16>& job, std::size_t begin, std::size_t end,
                       Moments* moments) {
  HWY_DYNAMIC_DISPATCH(forward_bf16)(job, begin, end, moments);
}

PointwiseWeightGradient::PointwiseWeightGradient(std::size_t in, std::size_t out)
    : in_(in), out_(out) {
  const std::size_t floats = HWY_DYNAMIC_DISPATCH(tile_floats)(in, out);
  tiles_ = hwy::AllocateAligned<float>(floats);
  std::fill_n(tiles_.get(), floats, 0.0F);
}

void PointwiseWeightGradient::add_to(std::span<float> to) const {
  HWY_DYNAMIC_DISPATCH(add_tiles)(tiles_.get(), in_, out_, to.data());
}

template <>
void pointwise_backward(const PointwiseBackward<float>& job, std::size_t begin, std::size_t end,
                        PointwiseWeightGradient* grad_weights, GradientSums* sums) {
  HWY_DYNAMIC_DISPATCH(backward_float)
  (job, begin, end, grad_weights == nullptr ? nullptr : grad_weights->tiles(), sums);
}

template <>
void pointwise_backward(const PointwiseBackward<Bf16>& job, std::size_t begin, std::size_t end,
                        PointwiseWeightGradient* grad_weights, GradientSums* sums) {
  HWY_DYNAMIC_DISPATCH(backward_bf16)
  (job, begin, end, grad_weights == nullptr ? nullptr : grad_weights->tiles(), sums);
}

}  // namespace ag::kernels::cpu
#endif
