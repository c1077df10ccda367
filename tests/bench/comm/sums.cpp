#include <ATen/ATen.h>

#include <algorithm>
#include <chrono>
#include <cstring>
#include <functional>
#include <memory>

#include "framework/comm/mpi_communicator.h"
#include "tests/bench/comm/bench.h"

namespace ag::bench {
namespace {

using Clock = std::chrono::steady_clock;

std::vector<double> repeat(comm::Communicator& communicator, int repeats,
                           const std::function<void()>& action) {
  std::vector<double> seconds;
  action();  // the first touches memory and opens connections
  for (int i = 0; i < repeats; ++i) {
    communicator.barrier();
    const auto start = Clock::now();
    action();
    seconds.push_back(std::chrono::duration<double>(Clock::now() - start).count());
  }
  return seconds;
}

}  // namespace

Figure summarise(const std::string& name, std::vector<double> seconds) {
  std::sort(seconds.begin(), seconds.end());
  return {name, seconds[seconds.size() / 2] * 1e3, seconds.front() * 1e3};
}

std::vector<Figure> measure_sums(const comm::MpiSession& session, const Options& options) {
  const auto elements = static_cast<std::int64_t>(options.megabytes * 0x1p20 / sizeof(float));
  const auto bucket = static_cast<std::int64_t>(options.bucket_mb * 0x1p20 / sizeof(float));
  const at::Tensor gradients = at::zeros({elements});
  const at::Tensor copy = at::zeros({elements});
  std::vector<at::Tensor> buckets;
  for (std::int64_t begin = 0; begin < elements; begin += bucket) {
    buckets.push_back(gradients.slice(0, begin, std::min(elements, begin + bucket)));
  }

  std::vector<Figure> figures;
  for (const comm::Transport transport :
       {comm::Transport::kSharedMemory, comm::Transport::kMessages}) {
    const std::string name = transport == comm::Transport::kMessages ? "messages" : "shared memory";
    comm::MpiCommunicator communicator(session, transport);
    figures.push_back(summarise(name + ", blocking", repeat(communicator, options.repeats, [&] {
                                  for (const at::Tensor& part : buckets)
                                    communicator.all_reduce_sum(part);
                                })));
    figures.push_back(summarise(name + ", started", repeat(communicator, options.repeats, [&] {
                                  std::vector<std::unique_ptr<comm::Work>> works;
                                  for (const at::Tensor& part : buckets)
                                    works.push_back(communicator.start_all_reduce_sum(part));
                                  for (const auto& work : works) work->wait();
                                })));
    const at::Tensor small = at::zeros({64}, at::kDouble);
    figures.push_back(summarise(name + ", 512 bytes", repeat(communicator, options.repeats, [&] {
                                  communicator.all_reduce_sum(small);
                                })));
  }
  comm::MpiCommunicator communicator(session, comm::Transport::kSharedMemory);
  figures.push_back(summarise("plain copy", repeat(communicator, options.repeats, [&] {
                                std::memcpy(copy.data_ptr(), gradients.data_ptr(),
                                            gradients.nbytes());
                              })));
  return figures;
}

}  // namespace ag::bench
