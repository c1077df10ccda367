// What is derived from weights, kept while they don't change.
#pragma once

#include <ATen/core/Tensor.h>

#include <map>
#include <memory>
#include <span>
#include <typeindex>
#include <utility>

#include "framework/kernels/cpu/pointwise.h"

namespace ag::kernels {

// While one lives on a thread, no weight changes that this thread computes with: a network is
// evaluated, or predicts. What layers derive from their weights, reordered for a kernel for
// example, is then made once instead of every time.
class ConstantWeights {
 public:
  ConstantWeights();
  ~ConstantWeights();
  ConstantWeights(const ConstantWeights&) = delete;
  ConstantWeights& operator=(const ConstantWeights&) = delete;

  // Where a T derived from `weight` is kept, or will be; null: none of these lives on this thread.
  static std::shared_ptr<const void>* place_of(const at::Tensor& weight, std::type_index type);

 private:
  struct Kept {
    at::Tensor weight;  // so that nothing else gets its memory
    std::shared_ptr<const void> derived;
  };
  std::map<std::pair<const void*, std::type_index>, Kept> kept_;
  ConstantWeights* outer_;
};

// The T that `make` makes of `weight`, a network's own tensor and not one made for this call: it
// would be kept for ever. Of each type a weight has one T.
template <class T, class Make>
std::shared_ptr<const T> derived_from(const at::Tensor& weight, const Make& make) {
  std::shared_ptr<const void>* place = ConstantWeights::place_of(weight, typeid(T));
  if (place == nullptr) return std::make_shared<const T>(make());
  if (!*place) *place = std::make_shared<const T>(make());
  return std::static_pointer_cast<const T>(*place);
}

inline std::span<const float> numbers(const at::Tensor& weight) {
  return {weight.const_data_ptr<float>(), static_cast<std::size_t>(weight.numel())};
}

// For cpu::pointwise_forward on features of type T, of a weight [out, in] or [out, in, 1, 1] in
// float.
template <class T>
std::shared_ptr<const cpu::PackedMatrix<T>> packed_for_forward(const at::Tensor& weight) {
  return derived_from<cpu::PackedMatrix<T>>(weight, [&] {
    return cpu::pack_for_forward<T>(numbers(weight), static_cast<std::size_t>(weight.size(1)),
                                    static_cast<std::size_t>(weight.size(0)));
  });
}

}  // namespace ag::kernels
