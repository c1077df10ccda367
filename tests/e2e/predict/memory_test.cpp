// However many photos there are, no more memory is taken.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include <chrono>
#include <thread>

#include "framework/core/atomic_file.h"
#include "tests/e2e/predict/predict_fixture.h"

namespace ag::test {
namespace {
namespace fs = std::filesystem;

class Memory : public PredictTest {
 protected:
  // The most memory, in KiB, that the process had while it ran to its end.
  static long peak_of(Process& process) {
    const std::string path = fmt::format("/proc/{}/status", process.pid());
    long peak = 0;
    while (true) {
      std::string status;
      try {
        status = read_file(path);
      } catch (const std::exception&) {
        return peak;
      }
      const std::size_t at = status.find("VmHWM:");
      if (at == std::string::npos) return peak;  // it has ended
      peak = std::stol(status.substr(at + 6));
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
  }
};

TEST_F(Memory, of_ten_thousand_photos_is_that_of_a_thousand) {
  write_photo("one.jpg", 640, 480);
  fs::create_directories(folder() / "album/first");
  fs::create_directories(folder() / "album/rest");
  for (int i = 0; i < 10'000; ++i) {
    fs::create_hard_link(
        folder() / "one.jpg",
        folder() / fmt::format("album/{}/{:05}.jpg", i < 1'000 ? "first" : "rest", i));
  }
  const auto peak_for = [this](const std::string& photos) {
    Process process(agpredict(fmt::format("{} --no-detect --out drawn --checkpoint {}", photos,
                                          network().string())),
                    folder());
    const long peak = peak_of(process);
    const Ended ended = process.wait(10);
    EXPECT_EQ(ended.code, 0) << ended.output;
    return peak;
  };
  const long few = peak_for("album/first");
  const long many = peak_for("album");
  EXPECT_GT(few, 50'000);
  EXPECT_LT(many, few + few / 10);
}

}  // namespace
}  // namespace ag::test
