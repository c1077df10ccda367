#include "framework/comm/reduce_thread.h"

#include <pthread.h>

#include <utility>

namespace ag::comm {

ReduceThread::ReduceThread(Communicator& communicator)
    : communicator_(communicator), thread_([this] { run(); }) {
  pthread_setname_np(thread_.native_handle(), "ag-reduce");
}

ReduceThread::~ReduceThread() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

void ReduceThread::launch(const at::Tensor& bucket) {
  {
    const std::lock_guard lock(mutex_);
    if (failure_) return;  // wait_all() will tell
    queue_.push_back(bucket);
  }
  changed_.notify_all();
}

void ReduceThread::wait_all() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return queue_.empty() && !busy_; });
  if (failure_) std::rethrow_exception(std::exchange(failure_, nullptr));
}

void ReduceThread::run() {
  std::unique_lock lock(mutex_);
  for (;;) {
    changed_.wait(lock, [this] { return !queue_.empty() || stopping_; });
    if (queue_.empty()) return;
    const at::Tensor bucket = std::move(queue_.front());
    queue_.pop_front();
    busy_ = true;
    lock.unlock();
    std::exception_ptr failure;
    try {
      communicator_.all_reduce_sum(bucket);
    } catch (...) {
      failure = std::current_exception();
    }
    lock.lock();
    busy_ = false;
    if (failure) {
      failure_ = failure;
      queue_.clear();  // the step is lost, and what is left would meet other ranks' next sums
    }
    changed_.notify_all();
  }
}

}  // namespace ag::comm
