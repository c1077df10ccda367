// A pseudo-terminal for tests: a stream to draw on, and what arrived on the screen's side.
#pragma once

#include <fcntl.h>
#include <pty.h>
#include <termios.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <stdexcept>
#include <string>

namespace ag::test {

class PseudoTerminal {
 public:
  explicit PseudoTerminal(unsigned short columns) {
    winsize size{};
    size.ws_row = 24;
    size.ws_col = columns;
    termios raw{};
    ::cfmakeraw(&raw);
    int terminal = -1;
    if (::openpty(&screen_, &terminal, nullptr, &raw, &size) != 0) {
      throw std::runtime_error("no pseudo-terminal");
    }
    ::fcntl(screen_, F_SETFL, O_NONBLOCK);
    stream_ = ::fdopen(terminal, "w");
  }
  ~PseudoTerminal() {
    std::fclose(stream_);
    ::close(screen_);
  }
  PseudoTerminal(const PseudoTerminal&) = delete;
  PseudoTerminal& operator=(const PseudoTerminal&) = delete;

  std::FILE* stream() const { return stream_; }

  // What was written since the last call.
  std::string take() const {
    std::fflush(stream_);
    std::string text;
    std::array<char, 4096> part{};
    for (ssize_t got = 0; (got = ::read(screen_, part.data(), part.size())) > 0;) {
      text.append(part.data(), static_cast<std::size_t>(got));
    }
    return text;
  }

 private:
  int screen_ = -1;
  std::FILE* stream_ = nullptr;
};

}  // namespace ag::test
