// Work that is split over a rank's threads.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>

namespace ag::kernels {

// How many parts `total` pieces of work are split into: a function of the number of threads alone
// (at::set_num_threads), so that sums over parts come out the same in every run.
std::int64_t chunks_of(std::int64_t total);

// Calls f(chunk, begin, end) for each part: its number from 0, and its pieces [begin, end). Each is
// on a thread of its own; returns when all are done, throws on what a part threw. Of a total of 0
// there is one part, which is empty.
void over_chunks(std::int64_t total,
                 const std::function<void(std::size_t, std::size_t, std::size_t)>& f);

}  // namespace ag::kernels
