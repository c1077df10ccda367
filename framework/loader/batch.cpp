#include "framework/loader/batch.h"

namespace ag::loader {

Batch make_batch(std::int64_t rows, std::int64_t size, bool pinned) {
  const at::TensorOptions options = at::TensorOptions().pinned_memory(pinned);
  Batch batch;
  batch.pictures =
      at::empty({rows, 3, size, size}, options.dtype(at::kFloat), at::MemoryFormat::ChannelsLast);
  batch.pictures.zero_();
  batch.age = at::zeros({rows}, options.dtype(at::kLong));
  batch.gender = at::zeros({rows}, options.dtype(at::kLong));
  batch.samples.reserve(static_cast<std::size_t>(rows));
  return batch;
}

}  // namespace ag::loader
