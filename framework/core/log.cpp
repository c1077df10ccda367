#include "framework/core/log.h"

#include <fmt/format.h>
#include <spdlog/sinks/base_sink.h>

#include <mutex>
#include <string>

#include "framework/core/terminal.h"

namespace ag {
namespace {

constexpr const char* kWipe = "\r\033[K";

class LineSink : public spdlog::sinks::base_sink<std::mutex> {
 public:
  LineSink(int rank, std::FILE* stream)
      : prefix_(rank == 0 ? "" : fmt::format("rank {}: ", rank)), stream_(stream) {
    if (is_terminal(stream)) {
      live_stream_ = stream;
    } else if (stream == stderr && is_terminal(stdout)) {
      // In a rank standard error is a pipe to mpirun, which shows it where the live line stands.
      live_stream_ = stdout;
    }
  }

 protected:
  void sink_it_(const spdlog::details::log_msg& message) override {
    const bool plain = message.level == spdlog::level::info;
    const std::string line = fmt::format("{}{}{}{}\n", prefix_,
                                         plain ? "" : spdlog::level::to_string_view(message.level),
                                         plain ? "" : ": ", message.payload);
    if (live_stream_ != nullptr) {
      std::fputs(kWipe, live_stream_);
      std::fflush(live_stream_);
    }
    std::fwrite(line.data(), 1, line.size(), stream_);
    std::fflush(stream_);
  }
  void flush_() override { std::fflush(stream_); }

 private:
  std::string prefix_;
  std::FILE* stream_;
  std::FILE* live_stream_ = nullptr;  // where a live line may stand
};

}  // namespace

std::shared_ptr<spdlog::logger> make_logger(int rank, std::FILE* stream) {
  auto logger = std::make_shared<spdlog::logger>("ag", std::make_shared<LineSink>(rank, stream));
  logger->set_level(rank == 0 ? spdlog::level::info : spdlog::level::warn);
  return logger;
}

}  // namespace ag
