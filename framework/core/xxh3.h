// XXH3-64 (seed 0): what bytes are told apart by, the same everywhere.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

struct XXH3_state_s;  // of xxhash.h

namespace ag {

std::uint64_t xxh3(std::span<const std::byte> bytes);
std::uint64_t xxh3(std::string_view text);  // of its bytes

std::string hex(std::uint64_t hash);  // 16 digits

// The same of bytes that come in pieces: where one ends and the next begins makes no difference.
class Xxh3 {
 public:
  Xxh3();
  void add(std::span<const std::byte> bytes);
  std::uint64_t value() const;  // of all so far

 private:
  struct Free {
    void operator()(XXH3_state_s* state) const;
  };
  std::unique_ptr<XXH3_state_s, Free> state_;
};

}  // namespace ag
