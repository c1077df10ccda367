#include "framework/nn/weights/torch_file.h"

#include <ATen/ATen.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstring>

#include "framework/core/atomic_file.h"
#include "tests/support/temporary_folder.h"
#include "tests/unit/weights/weights_files.h"

namespace ag::weights {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

// Where the files that ask for a command would leave their mark.
constexpr const char* kMark = "/tmp/agtrain_ran_what_weights_said";

class EveryTorchForm : public ::testing::TestWithParam<const char*> {};

// What make.py saves: 0 to 23 once, seen in three ways, and one tensor of each kind.
TEST_P(EveryTorchForm, gives_every_tensor_with_its_type_and_shape) {
  const StateDict weights = read_weights(test::weights_file(GetParam()));
  EXPECT_EQ(weights.format, "torch state dict");
  ASSERT_THAT(test::names_of(weights),
              ElementsAre("a.weight", "a.transposed", "a.tail", "b.half", "b.bfloat16", "b.double",
                          "b.count", "c.parameter"));
  const at::Tensor numbers = at::arange(24, at::TensorOptions(at::kFloat));
  EXPECT_TRUE(at::equal(*weights.find("a.weight"), numbers.view({2, 3, 4})));
  EXPECT_TRUE(at::equal(*weights.find("a.transposed"), numbers.view({4, 6}).t()));
  EXPECT_TRUE(weights.find("a.transposed")->is_contiguous());
  EXPECT_TRUE(at::equal(*weights.find("a.tail"), numbers.slice(0, 20)));
  EXPECT_TRUE(at::equal(*weights.find("b.half"), at::tensor({1.5, -2.0}).to(at::kHalf)));
  EXPECT_TRUE(at::equal(*weights.find("b.bfloat16"), at::tensor({0.5, 3.0}).to(at::kBFloat16)));
  EXPECT_TRUE(at::equal(*weights.find("b.double"), at::full({1, 1}, 1e-3, at::kDouble)));
  EXPECT_EQ(weights.find("b.count")->item<std::int64_t>(), 7);
  EXPECT_EQ(weights.find("b.count")->dim(), 0);
  EXPECT_TRUE(at::equal(*weights.find("c.parameter"), at::ones({2})));
}

INSTANTIATE_TEST_SUITE_P(TorchFile, EveryTorchForm,
                         ::testing::Values("plain.pth", "plain_stream.pth", "protocol4.pth",
                                           "protocol5_stream.pth"));

TEST(TorchFile, averaged_weights_of_a_training_checkpoint_are_preferred) {
  const StateDict weights = read_weights(test::weights_file("nested.pth"));
  EXPECT_EQ(weights.format, "torch state dict in 'state_dict_ema'");
  EXPECT_THAT(test::names_of(weights), ElementsAre("l.weight", "l.bias"));
  EXPECT_EQ(weights.find("l.bias")->item<double>(), 3);
}

TEST(TorchFile, code_in_a_pickle_is_refused_by_name_and_never_run) {
  std::filesystem::remove(kMark);
  for (const char* file : {"calls_system.pth", "calls_system_stream.pth", "calls_system.pkl"}) {
    EXPECT_THAT(test::complaint(test::weights_file(file)),
                HasSubstr("asks for 'posix.system', which no state dict needs"))
        << file;
  }
  EXPECT_FALSE(std::filesystem::exists(kMark));
}

TEST(TorchFile, a_whole_pickled_module_is_refused_with_what_to_save_instead) {
  const std::string text = test::complaint(test::weights_file("whole_model.pth"));
  EXPECT_THAT(text, HasSubstr("asks for '__main__.Linear'"));
  EXPECT_THAT(text, HasSubstr("torch.save(model.state_dict()"));
}

class TorchFileTest : public ::testing::Test {
 protected:
  const test::TemporaryFolder folder_;
  const std::filesystem::path path_ = folder_ / "weights.pth";
};

// A stream by hand: the four pickles around an object that refers to one storage of two floats.
std::string stream(const std::string& object, std::int64_t elements, const std::string& bytes) {
  using namespace std::string_literals;
  const std::string magic = "\x80\x02\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19."s;
  const std::string protocol = "\x80\x02M\xe9\x03."s;
  const std::string system = "\x80\x02}U\x0dlittle_endian\x88s."s;
  const std::string keys = "\x80\x02]U\x01"s + "0a.";
  std::string count(8, '\0');
  std::memcpy(count.data(), &elements, sizeof(elements));
  return magic + protocol + system + "\x80\x02" + object + "." + keys + count + bytes;
}

// {"w": _rebuild_tensor_v2(storage "0" of `elements` floats, offset, (size,), (stride,), …)}
std::string tensor(char elements, char offset, char size, char stride) {
  using namespace std::string_literals;
  const std::string storage =
      "(U\x07storagectorch\nFloatStorage\nU\x01"s + "0U\x03" + "cpuK" + elements + "NtQ";
  return "}U\x01"s + "wctorch._utils\n_rebuild_tensor_v2\n(" + storage + "K" + offset + "K" + size +
         "\x85K" + stride + "\x85\x89}tRs";
}

const std::string kTwoFloats("\0\0\x80\x3f\0\0\0\x40", 8);  // 1 and 2

TEST_F(TorchFileTest, a_stream_made_by_hand_is_read) {
  ASSERT_EQ(test::complaint(path_, stream(tensor(2, 0, 2, 1), 2, kTwoFloats)), "");
  EXPECT_TRUE(at::equal(*read_weights(path_).find("w"), at::tensor({1.0f, 2.0f})));
}

TEST_F(TorchFileTest, a_tensor_must_lie_within_its_storage) {
  struct Case {
    char offset, size, stride;
  };
  for (const auto& [offset, size, stride] :
       {Case{1, 2, 1}, Case{0, 3, 1}, Case{0, 2, 2}, Case{3, 1, 1}, Case{0, 100, 0}}) {
    EXPECT_THAT(test::complaint(path_, stream(tensor(2, offset, size, stride), 2, kTwoFloats)),
                HasSubstr("'w' doesn't lie within its storage of 2 elements"))
        << int{offset} << " " << int{size} << " " << int{stride};
  }
}

TEST_F(TorchFileTest, a_storage_must_be_as_large_as_it_is_said_to_be) {
  EXPECT_THAT(test::complaint(path_, stream(tensor(2, 0, 2, 1), 3, kTwoFloats + "1234")),
              HasSubstr("is cut, or its tensors' sizes are damaged"));
  EXPECT_THAT(test::complaint(path_, stream(tensor(4, 0, 2, 1), 4, kTwoFloats)),
              HasSubstr("is cut, or its tensors' sizes are damaged"));
  EXPECT_THAT(test::complaint(path_, stream(tensor(2, 0, 2, 1), -2, kTwoFloats)),
              HasSubstr("is cut, or its tensors' sizes are damaged"));
}

TEST_F(TorchFileTest, what_holds_no_state_dict_says_what_it_holds) {
  using namespace std::string_literals;
  EXPECT_THAT(test::complaint(path_, stream("K\x05"s, 0, "")), HasSubstr("no tensor refers to"));
  const std::string other = tensor(2, 0, 2, 1);
  EXPECT_THAT(test::complaint(path_, stream("}U\x05"s + "outer" + other + "s", 2, kTwoFloats)),
              HasSubstr("holds no state dict; its keys are outer"));
  EXPECT_THAT(test::complaint(path_, "\x80\x02K\x01."s), HasSubstr("not one of torch.save"));
}

TEST_F(TorchFileTest, a_file_cut_anywhere_is_refused) {
  for (const char* file : {"plain.pth", "plain_stream.pth"}) {
    const std::string whole = read_file(test::weights_file(file));
    constexpr std::size_t kStep = 11;  // and the very last byte
    for (std::size_t cut = 1; cut <= whole.size(); cut += kStep) {
      const std::size_t length = whole.size() - cut;
      EXPECT_NE(test::complaint(path_, whole.substr(0, length)), "") << file << " " << length;
    }
  }
}

}  // namespace
}  // namespace ag::weights
