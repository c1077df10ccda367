// Counts every allocation of the program, so this has a file of its own.
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <cstdlib>
#include <limits>
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

namespace ag::loader {
namespace {

using data::Dataset;
using data::DatasetConfig;

// A thread allocates as it makes its first pictures, which on a busy machine may be some epochs
// late.
long fewest_allocations_in_an_epoch(const Dataset& dataset, std::int64_t cache_mb) {
  constexpr data::AugmentConfig kAugment{0.5, 0.5, 0.5, 0.5, 0.5, 0.5};
  const DatasetConfig config{.size = 32, .workers = 2, .prefetch = 2, .cache_mb = cache_mb};
  Loader loader(dataset, config, kAugment, {.global_batch = 8});
  const std::int64_t steps = loader.plan().steps();
  long fewest = std::numeric_limits<long>::max();
  for (std::uint32_t epoch = 1; epoch <= 12; ++epoch) {
    loader.start(epoch);
    loader.next();
    const long before = allocations;
    for (std::int64_t step = 1; step < steps; ++step) loader.next();
    fewest = std::min(fewest, allocations.load() - before);
  }
  return fewest;
}

TEST(LoaderAllocations, are_none_in_the_steady_state) {
  const test::TemporaryFolder folder;
  write_jpeg_dataset(folder.path());
  const Dataset dataset = Dataset::open(folder.path());
  EXPECT_GT(allocations, 0) << "nothing is counted here";
  EXPECT_EQ(fewest_allocations_in_an_epoch(dataset, 0), 0);
  EXPECT_EQ(fewest_allocations_in_an_epoch(dataset, 1024), 0);
}

}  // namespace
}  // namespace ag::loader
