#include "framework/core/ordered_work.h"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <stdexcept>

namespace ag {
namespace {

using Work = OrderedWork<std::size_t>;

TEST(OrderedWork, hands_over_every_result_once_and_in_order_for_any_number_of_threads) {
  for (const int threads : {1, 2, 3, 8}) {
    std::vector<std::size_t> taken;
    Work work(500, threads, []() -> Work::Make {
      return [](std::size_t i) {
        // Early items take longest, so that later ones are ready before them.
        if (i % 7 == 0) std::this_thread::sleep_for(std::chrono::microseconds(300));
        return i * i;
      };
    });
    work.run([&](std::size_t i, std::size_t result) {
      EXPECT_EQ(result, i * i);
      taken.push_back(i);
    });
    ASSERT_EQ(taken.size(), 500u);
    for (std::size_t i = 0; i < taken.size(); ++i) EXPECT_EQ(taken[i], i);
  }
}

TEST(OrderedWork, does_nothing_without_items) {
  Work work(0, 4, []() -> Work::Make { return [](std::size_t i) { return i; }; });
  work.run([](std::size_t, std::size_t) { FAIL() << "there was nothing to take"; });
}

TEST(OrderedWork, doesnt_run_far_ahead_of_who_takes) {
  constexpr std::size_t kWindow = 16;
  std::atomic<std::size_t> made{0};
  Work work(10'000, 2, [&]() -> Work::Make {
    return [&](std::size_t i) {
      ++made;
      return i;
    };
  });
  work.run([&](std::size_t i, std::size_t) {
    if (i == 0) std::this_thread::sleep_for(std::chrono::milliseconds(50));
    EXPECT_LE(made, i + 1 + 2 * kWindow + 2);
  });
}

TEST(OrderedWork, a_workers_exception_reaches_the_caller) {
  Work work(1000, 3, []() -> Work::Make {
    return [](std::size_t i) {
      if (i == 123) throw std::runtime_error("item 123");
      return i;
    };
  });
  std::size_t taken = 0;
  EXPECT_THROW(work.run([&](std::size_t, std::size_t) { ++taken; }), std::runtime_error);
  EXPECT_LE(taken, 123u);
}

TEST(OrderedWork, an_exception_of_who_takes_ends_the_workers) {
  Work work(100'000, 3, []() -> Work::Make { return [](std::size_t i) { return i; }; });
  EXPECT_THROW(work.run([](std::size_t i, std::size_t) {
    if (i == 10) throw std::runtime_error("full");
  }),
               std::runtime_error);
}

TEST(OrderedWork, a_worker_that_cant_start_is_an_exception_too) {
  Work work(10, 2, []() -> Work::Make { throw std::runtime_error("no memory"); });
  EXPECT_THROW(work.run([](std::size_t, std::size_t) {}), std::runtime_error);
}

}  // namespace
}  // namespace ag
