#include "framework/nn/weights/state_dict.h"

#include <ATen/ATen.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <zip.h>

#include "framework/core/atomic_file.h"
#include "tests/support/temporary_folder.h"
#include "tests/unit/weights/weights_files.h"

namespace ag::weights {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class ReadWeights : public ::testing::Test {
 protected:
  const test::TemporaryFolder folder_;
  const std::filesystem::path path_ = folder_ / "weights";
};

TEST(StateDict, a_name_that_is_there_twice_stays_known_by_both) {
  StateDict weights;
  weights.add("a", at::zeros({1}));
  weights.add("a", at::ones({1}));
  EXPECT_THAT(test::names_of(weights), ElementsAre("a", "a, 2"));
  EXPECT_EQ(weights.find("a, 2")->item<float>(), 1);
}

// Each sample under a name that says nothing, or something else.
TEST_F(ReadWeights, a_format_is_told_by_its_content) {
  for (const auto& [file, format] :
       {std::pair("plain.pth", "torch state dict"),
        std::pair("plain_stream.pth", "torch state dict"),
        std::pair("nested.weights.h5", "Keras .weights.h5"),
        std::pair("nested.keras", "Keras .keras"), std::pair("nested.h5", "Keras 3.15.1 .h5")}) {
    std::filesystem::copy_file(test::weights_file(file), path_,
                               std::filesystem::copy_options::overwrite_existing);
    EXPECT_EQ(read_weights(path_).format, format);
  }
}

TEST_F(ReadWeights, what_is_no_weights_file_is_refused_with_what_would_be) {
  EXPECT_THAT(test::complaint(path_, ""), HasSubstr("is empty"));
  EXPECT_THAT(test::complaint(path_, "layer,weight\nconv1,0.5\n"),
              HasSubstr("is of no format known here; give a Keras .h5"));
  EXPECT_THAT(test::complaint(folder_ / "absent.h5"), HasSubstr("No such file"));
  EXPECT_THAT(test::complaint(folder_.path()), HasSubstr("is a folder"));
}

TEST_F(ReadWeights, safetensors_of_all_element_types_are_read) {
  const std::vector<float> numbers = {1.5f, -2.0f};
  const std::vector<std::uint16_t> halves = {0x3c00, 0xc000};  // 1, -2
  const std::vector<std::uint16_t> brain = {0x3f80, 0xc000};   // 1, -2
  const std::vector<std::int64_t> count = {9};
  write_safetensors(
      path_,
      std::vector<TensorBytes>{{"float", Dtype::kF32, {2}, std::as_bytes(std::span(numbers))},
                               {"half", Dtype::kF16, {2}, std::as_bytes(std::span(halves))},
                               {"brain", Dtype::kBF16, {2}, std::as_bytes(std::span(brain))},
                               {"count", Dtype::kI64, {}, std::as_bytes(std::span(count))}},
      {{"who", "me"}});
  const StateDict weights = read_weights(path_);
  EXPECT_EQ(weights.format, "safetensors");
  EXPECT_EQ(weights.metadata.at("who"), "me");
  EXPECT_TRUE(at::equal(*weights.find("float"), at::tensor({1.5f, -2.0f})));
  EXPECT_TRUE(at::equal(weights.find("half")->to(at::kFloat), at::tensor({1.0f, -2.0f})));
  EXPECT_TRUE(at::equal(weights.find("brain")->to(at::kFloat), at::tensor({1.0f, -2.0f})));
  EXPECT_EQ(weights.find("count")->item<std::int64_t>(), 9);
}

TEST_F(ReadWeights, a_checkpoint_of_ours_leaves_its_optimizer_behind) {
  const std::vector<float> number = {1};
  const auto bytes = std::as_bytes(std::span(number));
  write_safetensors(
      path_,
      std::vector<TensorBytes>{{"stem.bn.bias", Dtype::kF32, {1}, bytes},
                               {"optimizer.momentum/stem.bn.bias", Dtype::kF32, {1}, bytes}},
      {{"format", "agtrain-checkpoint"}});
  const StateDict weights = read_weights(path_);
  EXPECT_EQ(weights.format, "checkpoint of agtrain");
  EXPECT_THAT(test::names_of(weights), ElementsAre("stem.bn.bias"));
}

TEST_F(ReadWeights, a_header_longer_than_any_is_refused) {
  const std::string huge("\xff\xff\xff\xff\xff\xff\xff\x7f{", 9);
  EXPECT_THAT(test::complaint(path_, huge), HasSubstr("no safetensors file"));
}

TEST_F(ReadWeights, a_file_cut_anywhere_is_refused) {
  for (const char* file : {"nested.h5", "nested.weights.h5", "nested.keras"}) {
    const std::string whole = read_file(test::weights_file(file));
    constexpr std::size_t kStep = 397;
    for (std::size_t length = 0; length < whole.size(); length += kStep) {
      EXPECT_NE(test::complaint(path_, whole.substr(0, length)), "") << file << " " << length;
    }
    EXPECT_NE(test::complaint(path_, whole.substr(0, whole.size() - 1)), "") << file;
  }
}

// It may be read with other numbers or names in it, or be refused, but nothing else may happen.
TEST_F(ReadWeights, changed_bytes_do_no_harm) {
  for (const char* file :
       {"plain.pth", "plain_stream.pth", "nested.pth", "nested.h5", "nested.weights.h5"}) {
    const std::string whole = read_file(test::weights_file(file));
    constexpr std::size_t kStep = 37;
    for (std::size_t place = 0; place < whole.size(); place += kStep) {
      std::string changed = whole;
      changed[place] = static_cast<char>(changed[place] ^ (1 << (place % 8)));
      test::complaint(path_, changed);
    }
  }
}

class ZipFiles : public ReadWeights {
 protected:
  void write_zip(const std::vector<std::pair<std::string, std::string>>& members) const {
    int code = 0;
    zip_t* archive = zip_open(path_.c_str(), ZIP_CREATE | ZIP_TRUNCATE, &code);
    for (const auto& [name, bytes] : members) {
      zip_source_t* source = zip_source_buffer(archive, bytes.data(), bytes.size(), 0);
      zip_file_add(archive, name.c_str(), source, ZIP_FL_ENC_UTF_8);
    }
    ASSERT_EQ(zip_close(archive), 0);
  }
};

TEST_F(ZipFiles, of_something_else_are_refused) {
  write_zip({{"readme.txt", "hello"}});
  EXPECT_THAT(test::complaint(path_), HasSubstr("is a zip file with readme.txt, neither"));
}

TEST_F(ZipFiles, packed_members_are_unpacked) {
  write_zip({{"config.json", "{}"},
             {"model.weights.h5", read_file(test::weights_file("nested.weights.h5"))}});
  EXPECT_EQ(read_weights(path_).entries().size(), 8u);
}

TEST_F(ZipFiles, a_torch_file_must_have_its_storages) {
  using namespace std::string_literals;
  const std::string pickle =
      "\x80\x02}U\x01wctorch._utils\n_rebuild_tensor_v2\n((U\x07storagectorch\nFloatStorage\n"
      "U\x01"s +
      "0U\x03" + "cpuK\x02tQK\x00K\x02\x85K\x01\x85\x89}tRs."s;
  const std::string two("\0\0\x80\x3f\0\0\0\x40", 8);
  write_zip({{"x/data.pkl", pickle}, {"x/data/0", two}});
  EXPECT_EQ(test::complaint(path_), "");
  write_zip({{"x/data.pkl", pickle}});
  EXPECT_THAT(test::complaint(path_), HasSubstr("has no member 'x/data/0'"));
  write_zip({{"x/data.pkl", pickle}, {"x/data/0", two.substr(4)}});
  EXPECT_THAT(test::complaint(path_), HasSubstr("should have 2 elements, but 1 are there"));
  write_zip({{"x/data.pkl", pickle}, {"x/data/0", two}, {"x/byteorder", "big"}});
  EXPECT_THAT(test::complaint(path_), HasSubstr("big-endian"));
}

TEST_F(ZipFiles, a_member_that_does_not_match_its_checksum_is_refused) {
  std::string bytes = read_file(test::weights_file("plain.pth"));
  const std::size_t place = bytes.find(std::string("\0\0\x80\x3f\0\0\0\x40", 8));
  ASSERT_NE(place, std::string::npos);
  bytes[place] = 1;
  EXPECT_THAT(test::complaint(path_, bytes), HasSubstr("is damaged"));
}

}  // namespace
}  // namespace ag::weights
