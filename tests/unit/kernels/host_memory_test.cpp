#include "framework/kernels/host_memory.h"

#include <gtest/gtest.h>
#include <sys/resource.h>

namespace ag::kernels {
namespace {

long page_faults() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return usage.ru_minflt;
}

// 100 MB are 25,600 pages of 4 KiB.
TEST(HostMemory, freed_memory_serves_again_without_page_faults) {
#if !defined(__GLIBC__) || defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  GTEST_SKIP() << "malloc isn't glibc's here";
#endif
  constexpr std::int64_t kFloats = 25 << 20;
  keep_freed_memory();
  at::ones({kFloats});
  const long before = page_faults();
  // A little smaller: malloc looks for room to align a block in, which one of the same size hasn't
  // unless what lies behind it is free too.
  constexpr std::int64_t kFewer = kFloats - 1024;
  const at::Tensor again = at::ones({kFewer});
  EXPECT_LT(page_faults() - before, 250);
  EXPECT_EQ(again[kFewer - 1].item<float>(), 1);
}

}  // namespace
}  // namespace ag::kernels
