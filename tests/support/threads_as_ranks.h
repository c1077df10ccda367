// Ranks played by threads of one process, for tests of what is reduced over ranks.
#pragma once

#include <ATen/ATen.h>

#include <barrier>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace ag::test {

using AllReduceSum = std::function<void(const at::Tensor&)>;

// Calls `body(rank, all_reduce_sum)` once for each rank, at the same time, and returns when all
// have returned.
inline void run_as_ranks(int ranks, const std::function<void(int, const AllReduceSum&)>& body) {
  std::barrier meeting(ranks);
  std::mutex mutex;
  at::Tensor sum;
  const auto all_reduce_sum = [&](const at::Tensor& tensor) {
    {
      const std::lock_guard lock(mutex);
      sum = sum.defined() ? sum + tensor : tensor.clone();
    }
    meeting.arrive_and_wait();
    tensor.copy_(sum);
    meeting.arrive_and_wait();
    {
      const std::lock_guard lock(mutex);
      sum = at::Tensor();
    }
    meeting.arrive_and_wait();
  };
  std::vector<std::jthread> threads;
  for (int rank = 0; rank < ranks; ++rank) {
    threads.emplace_back([&, rank] { body(rank, all_reduce_sum); });
  }
}

}  // namespace ag::test
