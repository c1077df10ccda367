#include "framework/core/terminal.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <cstdlib>
#include <string_view>

namespace ag {
namespace {

constexpr int kUnknownColumns = 80;

int columns_or_zero(std::FILE* stream) {
  winsize size{};
  return ::ioctl(::fileno(stream), TIOCGWINSZ, &size) == 0 ? size.ws_col : 0;
}

}  // namespace

bool is_terminal(std::FILE* stream) {
  const char* term = std::getenv("TERM");
  if (term == nullptr || std::string_view(term) == "dumb") return false;
  if (::isatty(::fileno(stream)) != 1) return false;
  const bool in_a_rank = std::getenv("OMPI_COMM_WORLD_RANK") != nullptr;
  return !in_a_rank || columns_or_zero(stream) > 0;
}

bool wants_colour() {
  const char* refused = std::getenv("NO_COLOR");
  return refused == nullptr || *refused == '\0';
}

int terminal_columns(std::FILE* stream) {
  const int columns = columns_or_zero(stream);
  return columns > 0 ? columns : kUnknownColumns;
}

}  // namespace ag
