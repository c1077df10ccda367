#include "framework/kernels/picture_gates.h"

#include <ATen/ops/empty.h>
#include <ATen/ops/empty_like.h>

namespace ag::kernels {

at::Tensor picture_means(const at::Tensor& raw, const DeferredBatchNorm& bn) {
  at::Tensor means = at::empty({raw.size(0), raw.size(1)}, raw.options().dtype(at::kFloat),
                               at::MemoryFormat::Contiguous);
  with_type(raw, [&](auto type) {
    const auto pictures = pictures_of<decltype(type)>(raw, bn);
    over_chunks(raw.size(0), [&](std::size_t, std::size_t begin, std::size_t end) {
      cpu::average(pictures, begin, end, means.mutable_data_ptr<float>());
    });
  });
  return means;
}

at::Tensor gated_pictures(const at::Tensor& raw, const DeferredBatchNorm& bn,
                          const at::Tensor& gate) {
  at::Tensor out = at::empty_like(raw);
  with_type(raw, [&](auto type) {
    using T = decltype(type);
    const auto pictures = pictures_of<T>(raw, bn);
    over_chunks(raw.size(0), [&](std::size_t, std::size_t begin, std::size_t end) {
      cpu::apply_gate(pictures, gate.const_data_ptr<float>(), begin, end, data<T>(out));
    });
  });
  return out;
}

at::Tensor gate_backward(const at::Tensor& raw, const GateGradient& of,
                         const DeferredBatchNorm& bn) {
  const std::int64_t real = counted(raw, bn.options);
  at::Tensor dz = empty_gradient(raw, real);
  auto sums = sums_for<cpu::GradientSums>(real, extent(raw, 1));
  with_type(raw, [&](auto type) {
    using T = decltype(type);
    const bool gated = of.grad.defined();
    const cpu::GateBackward<T> job = {.pictures = pictures_of<T>(raw, bn),
                                      .mean = bn.mean.const_data_ptr<float>(),
                                      .grad = gated ? data<T>(of.grad) : nullptr,
                                      .gate = gated ? of.gate.const_data_ptr<float>() : nullptr,
                                      .added = of.added.const_data_ptr<float>(),
                                      .dz = data<T>(dz)};
    over_chunks(real, [&](std::size_t chunk, std::size_t begin, std::size_t end) {
      cpu::gate_backward(job, begin, end, sums[chunk]);
    });
  });
  bn.sums = total(sums);
  return dz;
}

}  // namespace ag::kernels
