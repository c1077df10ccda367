// Counts every allocation of the program, so this has a file of its own.
#include <gtest/gtest.h>

#include <atomic>
#include <cstdlib>
#include <new>

#include "tests/support/temporary_folder.h"
#include "tests/unit/loader/loader_fixture.h"

namespace {
std::atomic<long> allocations = 0;
}  // namespace

void* operator new(std::size_t bytes) {
  ++allocations;
  if (void* memory = std::malloc(bytes)) return memory;
  throw std::bad_alloc();
}
void operator delete(void* memory) noexcept {
  std::free(memory);
}
void operator delete(void* memory, std::size_t) noexcept {
  std::free(memory);
}

namespace ag::data {
namespace {

long allocations_in_the_third_epoch(const Dataset& dataset, std::int64_t cache_mb) {
  constexpr AugmentConfig kAugment{0.5, 0.5, 0.5, 0.5, 0.5, 0.5};
  const DatasetConfig config{.size = 32, .workers = 2, .prefetch = 2, .cache_mb = cache_mb};
  Loader loader(dataset, config, kAugment, {.global_batch = 8});
  const std::int64_t steps = loader.plan().steps();
  long before = 0;
  for (const std::uint32_t epoch : {1u, 2u, 3u}) {
    // The threads run ahead, so the second epoch is over when the third's first batch is here.
    loader.start(epoch);
    loader.next();
    before = allocations;
    for (std::int64_t step = 1; step < steps; ++step) loader.next();
  }
  return allocations - before;
}

TEST(LoaderAllocations, are_none_in_the_steady_state) {
  const test::TemporaryFolder folder;
  write_jpeg_dataset(folder.path());
  const Dataset dataset = Dataset::open(folder.path());
  EXPECT_GT(allocations, 0) << "nothing is counted here";
  EXPECT_EQ(allocations_in_the_third_epoch(dataset, 0), 0);
  EXPECT_EQ(allocations_in_the_third_epoch(dataset, 1024), 0);
}

}  // namespace
}  // namespace ag::data
