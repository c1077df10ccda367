// A batch of pictures and labels as the network takes them: a slot that the loader fills again and
// again.
#pragma once

#include <ATen/ATen.h>

#include <cstdint>
#include <vector>

namespace ag::loader {

// B rows, of which the first `real` count; the rest is fill-up, with pictures and labels all zero.
struct Batch {
  at::Tensor pictures;  // [B, 3, S, S] float32, channels-last, x / 127.5 - 1
  at::Tensor age;       // [B] int64, 0 to 100
  at::Tensor gender;    // [B] int64, 0 female, 1 male
  // [real] What a row's draws are keyed by: its index in the split, and where balanced sampling
  // draws it again in an epoch, so many times the split's size more.
  std::vector<std::uint32_t> samples;
  std::int64_t real = 0;         // rows that count on this rank
  std::int64_t global_real = 0;  // rows that count over all ranks
  std::uint32_t epoch = 0;
  std::int64_t step = 0;  // number of the global batch in the epoch, from 0
};

// A batch of `rows` rows for pictures of `size`: no row real yet, everything zero. `pinned` asks
// for page-locked memory, which takes a CUDA device.
Batch make_batch(std::int64_t rows, std::int64_t size, bool pinned);

}  // namespace ag::loader
