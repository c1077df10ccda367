#include "framework/comm/idle_gpus.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include "framework/core/atomic_file.h"
#include "tests/support/temporary_folder.h"

namespace ag::comm {
namespace {

using ::testing::HasSubstr;

class IdleGpus : public testing::Test {
 protected:
  // As the driver lays them: GPUs by number, and what belongs to none.
  void lay_devices(int gpus) const {
    for (const char* name : {"nvidiactl", "nvidia-uvm", "nvidia-modeset", "null"})
      write_file_atomically(devices_ / name, "");
    for (int gpu = 0; gpu < gpus; ++gpu)
      write_file_atomically(devices_ / fmt::format("nvidia{}", gpu), "");
  }
  std::string note(const std::string& backend = "auto", at::Device used = at::kCPU) const {
    return idle_gpus_note({.backend = backend}, used, devices_.path());
  }

  test::TemporaryFolder devices_;
};

TEST_F(IdleGpus, are_counted_with_what_would_use_them) {
  lay_devices(12);
  EXPECT_THAT(note(), HasSubstr("note: the CPU trains, and 12 GPUs of this host are idle: "));
#ifndef AG_WITH_CUDA
  EXPECT_THAT(note(), HasSubstr("built without NCCL; the preset cuda builds one with it"));
#else
  EXPECT_THAT(note(), HasSubstr("comm.backend=nccl says why"));
#endif
}

TEST_F(IdleGpus, may_be_a_single_one) {
  lay_devices(1);
  EXPECT_THAT(note(), HasSubstr("1 GPU of this host is idle"));
}

TEST_F(IdleGpus, are_not_spoken_of_where_there_are_none_or_they_are_used_or_not_wanted) {
  lay_devices(0);
  EXPECT_EQ(note(), "");
  lay_devices(2);
  EXPECT_EQ(note("mpi"), "");
  EXPECT_EQ(note("auto", at::Device(at::kCUDA, 0)), "");
  EXPECT_EQ(idle_gpus_note({}, at::kCPU, devices_ / "nowhere"), "");
}

}  // namespace
}  // namespace ag::comm
