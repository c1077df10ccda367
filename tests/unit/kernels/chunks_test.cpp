#include "framework/kernels/chunks.h"

#include <ATen/Parallel.h>
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <stdexcept>
#include <thread>
#include <vector>

namespace ag::kernels {
namespace {

// Sets the number of threads while it lives.
class Threads {
 public:
  explicit Threads(int count) { at::set_num_threads(count); }
  ~Threads() { at::set_num_threads(before_); }

 private:
  int before_ = at::get_num_threads();
};

TEST(Chunks, cover_every_piece_of_work_once) {
  for (const int threads : {1, 2, 3, 8}) {
    const Threads set(threads);
    for (const std::int64_t total : {0, 1, 2, 7, 100}) {
      std::vector<std::atomic<int>> times(static_cast<std::size_t>(total));
      over_chunks(total, [&](std::size_t chunk, std::size_t begin, std::size_t end) {
        EXPECT_LT(chunk, static_cast<std::size_t>(chunks_of(total)));
        for (std::size_t i = begin; i < end; ++i) ++times[i];
      });
      for (const std::atomic<int>& count : times) EXPECT_EQ(count, 1);
    }
  }
}

// Every part waits until all have begun: on fewer threads than parts that would never be.
TEST(Chunks, run_at_the_same_time) {
  const Threads set(3);
  std::atomic<int> begun = 0;
  std::atomic<bool> together = true;
  over_chunks(3, [&](std::size_t, std::size_t, std::size_t) {
    ++begun;
    const auto limit = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    while (begun < 3 && together) {
      if (std::chrono::steady_clock::now() > limit) together = false;
      std::this_thread::yield();
    }
  });
  EXPECT_TRUE(together);
}

TEST(Chunks, throw_on_what_a_part_threw) {
  const Threads set(3);
  EXPECT_THROW(over_chunks(3,
                           [](std::size_t chunk, std::size_t, std::size_t) {
                             if (chunk == 2) throw std::runtime_error("of the last part");
                           }),
               std::runtime_error);
}

}  // namespace
}  // namespace ag::kernels
