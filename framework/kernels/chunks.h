// Work that is split over a rank's threads.
#pragma once

#include <ATen/Parallel.h>

#include <algorithm>
#include <cstdint>

namespace ag::kernels {

// How many parts `total` pieces of work are split into: a function of the number of threads alone,
// so that sums over parts come out the same in every run.
inline std::int64_t chunks_of(std::int64_t total) {
  return std::clamp<std::int64_t>(at::get_num_threads(), 1, std::max<std::int64_t>(total, 1));
}

// Calls f(chunk, begin, end) for each part, on the rank's threads.
template <class F>
void over_chunks(std::int64_t total, const F& f) {
  const std::int64_t chunks = chunks_of(total);
  at::parallel_for(0, chunks, 1, [&](std::int64_t first, std::int64_t last) {
    for (std::int64_t chunk = first; chunk < last; ++chunk) {
      f(static_cast<std::size_t>(chunk), static_cast<std::size_t>(total * chunk / chunks),
        static_cast<std::size_t>(total * (chunk + 1) / chunks));
    }
  });
}

}  // namespace ag::kernels
