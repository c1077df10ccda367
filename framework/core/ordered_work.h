// Work on many items by several threads, its results taken one by one in the items' order.
#pragma once

#include <pthread.h>

#include <algorithm>
#include <condition_variable>
#include <cstddef>
#include <exception>
#include <functional>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

namespace ag {

// What is taken doesn't depend on the number of threads. At most `window` results a thread wait to
// be taken. An exception of make or take stops all work and reaches who called run().
template <class Result>
class OrderedWork {
 public:
  using Make = std::function<Result(std::size_t item)>;
  using Take = std::function<void(std::size_t item, Result result)>;

  // Each of `threads` threads (at least 1) calls `make_maker` once, for a Make of its own.
  OrderedWork(std::size_t count, int threads, std::function<Make()> make_maker,
              std::size_t window = 16)
      : count_(count),
        thread_count_(static_cast<std::size_t>(std::max(threads, 1))),
        make_maker_(std::move(make_maker)),
        results_(thread_count_ * window) {}

  // Calls `take` on this thread for items 0, 1, 2, … Call it once.
  void run(const Take& take) {
    std::vector<std::jthread> threads;
    // Destroyed first: tells the threads to end before they are joined.
    const Stopper stopper{*this};
    for (std::size_t i = 0; i < thread_count_; ++i) {
      threads.emplace_back([this] { work(); });
      pthread_setname_np(threads.back().native_handle(), "ag-ordered");
    }
    for (std::size_t item = 0; item < count_; ++item) take(item, wait_for(item));
  }

 private:
  struct Stopper {
    OrderedWork& owner;
    ~Stopper() {
      const std::lock_guard lock(owner.mutex_);
      owner.stopped_ = true;
      owner.room_.notify_all();
    }
  };

  std::optional<Result>& slot(std::size_t item) { return results_[item % results_.size()]; }

  Result wait_for(std::size_t item) {
    std::unique_lock lock(mutex_);
    ready_.wait(lock, [&] { return slot(item).has_value() || failure_; });
    if (failure_) std::rethrow_exception(failure_);
    Result result = std::move(*slot(item));
    slot(item).reset();
    taken_ = item + 1;
    room_.notify_all();
    return result;
  }

  // The next item to make; nothing when there is none left.
  std::optional<std::size_t> next_item() {
    std::unique_lock lock(mutex_);
    room_.wait(lock,
               [this] { return stopped_ || next_ == count_ || next_ < taken_ + results_.size(); });
    if (stopped_ || next_ == count_) return std::nullopt;
    return next_++;
  }

  void work() {
    try {
      const Make make = make_maker_();
      while (const std::optional<std::size_t> item = next_item()) {
        Result result = make(*item);
        const std::lock_guard lock(mutex_);
        slot(*item) = std::move(result);
        ready_.notify_one();
      }
    } catch (...) {
      const std::lock_guard lock(mutex_);
      if (!failure_) failure_ = std::current_exception();
      stopped_ = true;
      ready_.notify_one();
      room_.notify_all();
    }
  }

  const std::size_t count_;
  const std::size_t thread_count_;
  const std::function<Make()> make_maker_;
  std::mutex mutex_;
  std::condition_variable ready_;
  std::condition_variable room_;
  std::vector<std::optional<Result>> results_;  // of items taken_ to taken_ + size
  std::size_t next_ = 0;                        // item that nobody makes yet
  std::size_t taken_ = 0;
  bool stopped_ = false;
  std::exception_ptr failure_;
};

}  // namespace ag
