#include "framework/kernels/host_memory.h"

#include <cstdlib>
#include <limits>

#ifdef __GLIBC__
#include <malloc.h>
#endif

namespace ag::kernels {

void keep_freed_memory() {
#ifdef __GLIBC__
  constexpr int kNever = std::numeric_limits<int>::max();
  constexpr int kGrowBy = 64 << 20;  // bytes that the heap grows by, at least
  mallopt(M_MMAP_MAX, 0);
  mallopt(M_TRIM_THRESHOLD, kNever);
  mallopt(M_TOP_PAD, kGrowBy);
#endif
  constexpr int kUnlessSet = 0;
  setenv("THP_MEM_ALLOC_ENABLE", "1", kUnlessSet);
}

}  // namespace ag::kernels
