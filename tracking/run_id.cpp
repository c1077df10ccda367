#include "tracking/run_id.h"

#include <fmt/format.h>

#include <random>

namespace ag::tracking {

std::string random_token() {
  std::random_device device;
  std::string token;
  while (token.size() < kTokenDigits) token += fmt::format("{:08x}", device());
  return token;
}

std::string shortest_free_id(std::string_view token, std::size_t digits,
                             const std::function<bool(const std::string&)>& taken) {
  std::string id(token.substr(0, digits));
  while (id.size() < token.size() && taken(id)) id = token.substr(0, id.size() + 1);
  return id;
}

}  // namespace ag::tracking
