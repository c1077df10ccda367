// LibTorch's include folder carries fmt and protobuf headers of its own. Here Debian's stand beside
// ATen in one file: it compiles, and links, only while LibTorch's folder is searched after the
// system's.
#include <ATen/ATen.h>
#include <google/protobuf/struct.pb.h>
#include <gtest/gtest.h>
#include <spdlog/sinks/ostream_sink.h>
#include <spdlog/spdlog.h>

#include <memory>
#include <sstream>
#include <string>

namespace {

TEST(TorchBesideDebian, the_fmt_headers_are_those_that_spdlog_was_built_with) {
  std::ostringstream written;
  spdlog::logger logger("test", std::make_shared<spdlog::sinks::ostream_sink_st>(written));
  logger.set_pattern("%v");
  logger.info("sum {:.1f} of {}", at::ones({2, 3}).sum().item<double>(), "ones");
  EXPECT_EQ(written.str(), "sum 6.0 of ones\n");
}

TEST(TorchBesideDebian, a_tensor_survives_a_protobuf_message_of_the_systems_library) {
  const at::Tensor tensor = at::arange(5, at::kDouble);
  google::protobuf::ListValue message;
  for (std::int64_t i = 0; i < tensor.numel(); ++i) {
    message.add_values()->set_number_value(tensor[i].item<double>());
  }
  std::string bytes;
  ASSERT_TRUE(message.SerializeToString(&bytes));

  google::protobuf::ListValue read;
  ASSERT_TRUE(read.ParseFromString(bytes));
  ASSERT_EQ(read.values_size(), tensor.numel());
  for (int i = 0; i < read.values_size(); ++i) {
    EXPECT_EQ(read.values(i).number_value(), tensor[i].item<double>());
  }
}

}  // namespace
