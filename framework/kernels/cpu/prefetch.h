// Fetching ahead what is read next.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>

namespace ag::kernels::cpu {

inline constexpr std::size_t kLineBytes = 64;  // of a cache

// Memory that is read next, fetched a little at each step of the work before: reading would else
// wait for memory, and memory for arithmetic. Into the second-level cache: the first has no room.
// Without a branch that depends on where it stands, since a step is short; what it fetches twice or
// beyond the end costs little.
class Prefetch {
 public:
  // Forgets what it had.
  void begin(std::size_t steps) {
    steps_ = std::max<std::size_t>(steps, 1);
    count_ = 0;
  }
  void add(const void* from, std::size_t bytes) {
    const std::size_t step_bytes = (bytes + steps_ - 1) / steps_;
    streams_[count_++] = {static_cast<const char*>(from), step_bytes,
                          (step_bytes + kLineBytes - 1) / kLineBytes};
  }

  void step() {
    for (std::size_t i = 0; i < count_; ++i) {
      Stream& stream = streams_[i];
      for (std::size_t line = 0; line < stream.step_lines; ++line) {
        __builtin_prefetch(stream.next + line * kLineBytes, 0, 2);
      }
      stream.next += stream.step_bytes;
    }
  }

 private:
  struct Stream {
    const char* next = nullptr;
    std::size_t step_bytes = 0;
    std::size_t step_lines = 0;
  };
  std::array<Stream, 3> streams_;
  std::size_t count_ = 0;
  std::size_t steps_ = 1;
};

}  // namespace ag::kernels::cpu
