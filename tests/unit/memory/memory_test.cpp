#include <gtest/gtest.h>
#include <sys/resource.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

namespace ag {
namespace {

constexpr std::size_t kMegabyte = std::size_t{1} << 20;

long page_faults() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return usage.ru_minflt;
}

using Block = std::unique_ptr<std::uint8_t[]>;

Block written(std::size_t megabytes) {
  Block block(new std::uint8_t[megabytes * kMegabyte]);
  std::fill_n(block.get(), megabytes * kMegabyte, std::uint8_t{1});
  return block;
}

// What a step does: activations forward, one small thing with each that outlives the step, and
// gradients of them backward.
void step(std::vector<Block>& kept) {
  std::vector<Block> activations;
  for (const std::size_t megabytes : {36, 75, 18, 36, 36, 36, 9, 18}) {
    activations.push_back(written(megabytes));
    kept.emplace_back(new std::uint8_t[1000]);
  }
  Block gradient;
  for (; !activations.empty(); activations.pop_back()) gradient = written(36);
}

// 264 MB are 67,584 pages of 4 KiB.
TEST(Memory, freed_by_a_step_serves_the_next_without_page_faults) {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  GTEST_SKIP() << "sanitizers bring a malloc of their own";
#endif
  std::vector<Block> kept;
  for (int i = 0; i < 3; ++i) step(kept);
  const long before = page_faults();
  for (int i = 0; i < 4; ++i) step(kept);
  EXPECT_LT(page_faults() - before, 1000);
}

}  // namespace
}  // namespace ag
