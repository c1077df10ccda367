#include "launch/sweep/hash.h"

#include <fmt/format.h>
#include <xxhash.h>

namespace ag::sweep {

std::string hash_of(std::string_view text) {
  return fmt::format("{:016x}", XXH3_64bits(text.data(), text.size()));
}

}  // namespace ag::sweep
