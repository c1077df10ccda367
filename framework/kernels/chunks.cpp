// ATen's threads are OpenMP's, and at::parallel_for is a template: in a file that isn't compiled
// for OpenMP it runs on one thread and says nothing. So this file is, and it alone calls that.
#include "framework/kernels/chunks.h"

#include <ATen/Parallel.h>

#include <algorithm>

namespace ag::kernels {

#ifndef _OPENMP
#error "this file is compiled for OpenMP"
#endif

std::int64_t chunks_of(std::int64_t total) {
  return std::clamp<std::int64_t>(at::get_num_threads(), 1, std::max<std::int64_t>(total, 1));
}

void over_chunks(std::int64_t total,
                 const std::function<void(std::size_t, std::size_t, std::size_t)>& f) {
  const std::int64_t chunks = chunks_of(total);
  at::parallel_for(0, chunks, 1, [&](std::int64_t first, std::int64_t last) {
    for (std::int64_t chunk = first; chunk < last; ++chunk) {
      f(static_cast<std::size_t>(chunk), static_cast<std::size_t>(total * chunk / chunks),
        static_cast<std::size_t>(total * (chunk + 1) / chunks));
    }
  });
}

}  // namespace ag::kernels
