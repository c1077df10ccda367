#include "framework/kernels/pointwise_bf16.h"

#include <ATen/ops/empty.h>
#include <ATen/ops/mm.h>
#include <c10/core/GradMode.h>

#include <algorithm>

#include "framework/kernels/cpu/normalise.h"

namespace ag::kernels {
namespace {

using cpu::Bf16;

// A block's rows stay in a core's second-level cache where there are many channels; where there are
// few, a call's own cost asks for longer ones.
constexpr std::int64_t kManyChannels = 256;
constexpr std::int64_t kShortBlock = 512;
constexpr std::int64_t kLongBlock = 2048;

std::int64_t block_rows(std::int64_t channels) {
  return channels >= kManyChannels ? kShortBlock : kLongBlock;
}

std::size_t count(std::int64_t number) {
  return static_cast<std::size_t>(number);
}

// From row `row` on.
Bf16* row_of(const at::Tensor& matrix, std::int64_t row) {
  return reinterpret_cast<Bf16*>(matrix.data_ptr()) + row * matrix.size(1);
}

// The first rows of a matrix that is used again for each block.
at::Tensor matrix(std::int64_t rows, std::int64_t columns, const at::Tensor& like) {
  return at::empty({rows, columns}, like.options());
}

// Rows [begin, end) of what a reader of x sees.
at::Tensor read(const at::Tensor& x, const cpu::Deferred& deferred, const at::Tensor& block,
                std::int64_t begin, std::int64_t end) {
  const std::int64_t rows = end - begin;
  if (deferred.scale == nullptr) return x.narrow(0, begin, rows);
  cpu::normalise<Bf16>({row_of(x, begin), count(x.size(1))}, deferred, nullptr, 0, count(rows),
                       row_of(block, 0));
  return block.narrow(0, 0, rows);
}

cpu::OutputGradient<Bf16> from_row(cpu::OutputGradient<Bf16> output, std::int64_t row,
                                   std::int64_t channels) {
  output.grad += row * channels;
  output.y += row * channels;
  return output;
}

}  // namespace

void pointwise_forward_bf16(const at::Tensor& x, const cpu::Deferred& deferred,
                            const at::Tensor& weight, const at::Tensor& y, std::int64_t begin,
                            std::int64_t end, cpu::Moments* moments) {
  const c10::NoGradGuard no_graph;  // a thread's own
  const at::Tensor factor = weight.to(at::kBFloat16).t();
  const std::int64_t rows = block_rows(std::min(weight.size(0), weight.size(1)));
  const at::Tensor a = matrix(rows, x.size(1), x);
  for (std::int64_t row = begin; row < end; row += rows) {
    const std::int64_t stop = std::min(end, row + rows);
    at::Tensor out = y.narrow(0, row, stop - row);
    at::mm_out(out, read(x, deferred, a, row, stop), factor);
    if (moments != nullptr) {
      cpu::add_moments<Bf16>({row_of(y, row), count(y.size(1))}, 0, count(stop - row), *moments);
    }
  }
}

void pointwise_backward_bf16(const PointwiseBackwardBf16& job, std::int64_t begin, std::int64_t end,
                             const at::Tensor& grad_weight, cpu::GradientSums& sums) {
  const c10::NoGradGuard no_graph;
  const std::int64_t in = job.weight.size(1);
  const std::int64_t out = job.weight.size(0);
  const at::Tensor factor = job.weight.to(at::kBFloat16);
  const std::int64_t rows = block_rows(std::min(in, out));
  const at::Tensor a = matrix(rows, in, job.x);
  const at::Tensor da = matrix(rows, in, job.x);
  const at::Tensor dy = matrix(rows, out, job.x);
  const bool defers = job.deferred.scale != nullptr;
  for (std::int64_t row = begin; row < end; row += rows) {
    const std::int64_t stop = std::min(end, row + rows);
    const std::int64_t here = stop - row;
    const at::Tensor gradient = dy.narrow(0, 0, here);
    cpu::write_output_gradient(from_row(job.output, row, out), count(out), 0, count(here),
                               row_of(dy, 0));
    if (grad_weight.defined()) {
      grad_weight.add_(at::mm(gradient.t(), read(job.x, job.deferred, a, row, stop)));
    }
    if (!job.grad_x.defined()) continue;
    at::Tensor result = defers ? da.narrow(0, 0, here) : job.grad_x.narrow(0, row, here);
    at::mm_out(result, gradient, factor);
    if (!defers) continue;
    cpu::add_gradient_sums<Bf16>({row_of(job.x, row), count(in)}, job.deferred, job.mean,
                                 row_of(da, 0), 0, count(here), sums, row_of(job.grad_x, row));
  }
}

}  // namespace ag::kernels
