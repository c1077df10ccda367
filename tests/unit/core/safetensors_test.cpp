#include "framework/core/safetensors.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <xxhash.h>

#include <bit>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "framework/core/atomic_file.h"
#include "framework/core/error.h"
#include "tests/support/temporary_folder.h"

namespace ag {
namespace {
namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

template <class T>
std::span<const std::byte> bytes_of(const std::vector<T>& values) {
  return std::as_bytes(std::span(values));
}

std::string text_of(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

// A number as the format and its checksum spell it: eight bytes, little-endian.
std::string eight(std::uint64_t number) {
  return text_of(std::as_bytes(std::span(&number, 1)));
}

// A file put together by hand: the header as given, whatever it says.
std::string raw_file(const std::string& header, const std::string& data) {
  return eight(header.size()) + header + data;
}

class SafetensorsTest : public ::testing::Test {
 protected:
  // Two tensors and an entry, as a checkpoint would have.
  void write_sample() const {
    write_safetensors(file_,
                      std::vector<TensorBytes>{{"b", Dtype::kU8, {3}, bytes_of(small_)},
                                               {"a", Dtype::kF32, {2, 2}, bytes_of(matrix_)},
                                               {"s", Dtype::kI64, {}, bytes_of(scalar_)},
                                               {"none", Dtype::kF32, {0, 5}, {}}},
                      {{"step", "7"}, {"note", "\"ü\"\n"}});
  }

  // What read() complains of when the file's bytes are these; "" when it doesn't.
  std::string complaint(const std::string& bytes, Checksum checksum = Checksum::kIfPresent) const {
    std::ofstream(file_, std::ios::binary) << bytes;
    try {
      Safetensors::read(file_, checksum);
    } catch (const Error& error) {
      std::string text = error.what();
      EXPECT_THAT(text, HasSubstr(file_.string()));
      EXPECT_EQ(text.find('\n'), std::string::npos) << text;
      return text;
    }
    return "";
  }

  const std::vector<float> matrix_ = {1.5f, -2.0f, 0.0f, 1e-30f};
  const std::vector<std::uint8_t> small_ = {7, 0, 255};
  const std::vector<std::int64_t> scalar_ = {-5};
  const test::TemporaryFolder folder_;
  const fs::path file_ = folder_ / "file.safetensors";
};

TEST_F(SafetensorsTest, what_was_written_is_read_back) {
  write_sample();
  const Safetensors file = Safetensors::read(file_, Checksum::kRequired);
  ASSERT_EQ(file.tensors().size(), 4u);
  const TensorBytes* matrix = file.find("a");
  ASSERT_NE(matrix, nullptr);
  EXPECT_EQ(matrix->dtype, Dtype::kF32);
  EXPECT_THAT(matrix->shape, ElementsAre(2, 2));
  EXPECT_EQ(text_of(matrix->bytes), text_of(bytes_of(matrix_)));
  EXPECT_EQ(text_of(file.find("b")->bytes), text_of(bytes_of(small_)));
  EXPECT_EQ(text_of(file.find("s")->bytes), text_of(bytes_of(scalar_)));
  EXPECT_TRUE(file.find("s")->shape.empty());
  EXPECT_THAT(file.find("none")->shape, ElementsAre(0, 5));
  EXPECT_EQ(file.find("c"), nullptr);
  EXPECT_EQ(file.metadata().at("step"), "7");
  EXPECT_EQ(file.metadata().at("note"), "\"ü\"\n");
  for (const TensorBytes& tensor : file.tensors()) {
    EXPECT_EQ(std::bit_cast<std::uintptr_t>(tensor.bytes.data()) % dtype_bytes(tensor.dtype), 0u);
  }
}

// The layout as the format's README gives it, and the checksum as the header file does, written out
// by hand.
TEST_F(SafetensorsTest, a_small_file_is_right_to_the_byte) {
  write_safetensors(file_,
                    std::vector<TensorBytes>{{"b", Dtype::kU8, {3}, bytes_of(small_)},
                                             {"a", Dtype::kF32, {2, 2}, bytes_of(matrix_)}},
                    {{"k", "v"}});
  const std::string a = text_of(bytes_of(matrix_));
  const std::string b = text_of(bytes_of(small_));
  const std::string hashed = eight(1) + "k" + eight(1) + "v" +                          //
                             eight(1) + "a" + eight(3) + "F32" + eight(2) + eight(2) +  //
                             eight(2) + a +                                             //
                             eight(1) + "b" + eight(2) + "U8" + eight(1) + eight(3) + b;
  const std::string sum = fmt::format("xxh3_64:{:016x}", XXH3_64bits(hashed.data(), hashed.size()));
  const std::string header = R"({"__metadata__":{"checksum":")" + sum + R"(","k":"v"},)" +
                             R"("a":{"dtype":"F32","shape":[2,2],"data_offsets":[0,16]},)" +
                             R"("b":{"dtype":"U8","shape":[3],"data_offsets":[16,19]}})";
  ASSERT_EQ(header.size(), 174u);
  EXPECT_EQ(read_file(file_), std::string("\xb0\0\0\0\0\0\0\0", 8) + header + "  " + a + b);
}

// The example of the reference implementation's own documentation.
TEST_F(SafetensorsTest, the_reference_documents_example_is_read) {
  const std::string header = R"({"test":{"dtype":"I32","shape":[2,2],"data_offsets":[0,16]}})";
  ASSERT_EQ(complaint(raw_file(header, std::string(16, '\0'))), "");
  const Safetensors file = Safetensors::read(file_);
  EXPECT_EQ(file.tensors().at(0).name, "test");
  EXPECT_EQ(file.tensors().at(0).bytes.size(), 16u);
  EXPECT_THAT(complaint(read_file(file_), Checksum::kRequired), HasSubstr("carries no checksum"));
}

TEST_F(SafetensorsTest, the_same_content_in_another_order_gives_the_same_bytes) {
  std::vector<TensorBytes> tensors = {{"b", Dtype::kU8, {3}, bytes_of(small_)},
                                      {"a", Dtype::kF32, {2, 2}, bytes_of(matrix_)}};
  write_safetensors(file_, tensors, {{"x", "1"}});
  const std::string first = read_file(file_);
  std::swap(tensors[0], tensors[1]);
  write_safetensors(file_, tensors, {{"x", "1"}});
  EXPECT_EQ(read_file(file_), first);
}

TEST_F(SafetensorsTest, a_file_cut_anywhere_is_refused) {
  write_sample();
  const std::string whole = read_file(file_);
  for (std::size_t length = 0; length < whole.size(); ++length) {
    EXPECT_NE(complaint(whole.substr(0, length)), "") << length;
  }
  EXPECT_THAT(complaint(whole.substr(0, 7)), HasSubstr("7 bytes are too few"));
  EXPECT_THAT(complaint(whole.substr(0, 50)), HasSubstr("is cut: 42 of its header's"));
  EXPECT_THAT(complaint(whole.substr(0, whole.size() - 1)),
              HasSubstr("is cut: 26 of its tensors' 27 bytes"));
  EXPECT_THAT(complaint(whole + "x"), HasSubstr("1 bytes after its last tensor belong to none"));
}

// A bit of every byte, another from byte to byte, and the bit that makes a zero of a space.
TEST_F(SafetensorsTest, a_flipped_bit_is_noticed_wherever_it_is) {
  write_sample();
  const std::string whole = read_file(file_);
  for (std::size_t at = 0; at < whole.size(); ++at) {
    for (const int mask : {1 << (at % 8), 0x20}) {
      std::string damaged = whole;
      damaged[at] = static_cast<char>(damaged[at] ^ mask);
      EXPECT_NE(complaint(damaged, Checksum::kRequired), "") << "byte " << at << " mask " << mask;
    }
  }
  std::string damaged = whole;
  damaged.back() = static_cast<char>(damaged.back() ^ 1);
  EXPECT_THAT(complaint(damaged), HasSubstr("doesn't match its checksum"));
}

TEST_F(SafetensorsTest, hostile_headers_are_refused_by_name_of_the_fault) {
  const auto tensor = [](const std::string& fields) { return R"({"t":{)" + fields + "}}"; };
  const std::vector<std::pair<std::string, std::string>> faults = {
      {"", "isn't JSON"},
      {"[]", "isn't JSON"},
      {" {}", "isn't JSON"},
      {"{}x", "isn't JSON"},
      {"{\"\xff\":{}}", "isn't JSON"},
      {R"({"t":5})", "has no tensor under 't'"},
      {R"({"t":[1]})", "has no tensor under 't'"},
      {R"({"t":{}})", "says no 'dtype' of 't'"},
      {tensor(R"("dtype":"F32","shape":[1])"), "says no 'data_offsets' of 't'"},
      {tensor(R"("dtype":"F33","shape":[1],"data_offsets":[0,4])"), "unknown type 'F33'"},
      {tensor(R"("dtype":"F32","shape":[-1],"data_offsets":[0,4])"), "wrong 'shape'"},
      {tensor(R"("dtype":"F32","shape":[1.0],"data_offsets":[0,4])"), "wrong 'shape'"},
      {tensor(R"("dtype":"F32","shape":[1e30],"data_offsets":[0,4])"), "wrong 'shape'"},
      {tensor(R"("dtype":"F32","shape":[[1]],"data_offsets":[0,4])"), "wrong 'shape'"},
      {tensor(R"("dtype":"F32","shape":"1","data_offsets":[0,4])"), "wrong 'shape'"},
      {tensor(R"("dtype":"F32","shape":null,"data_offsets":[0,4])"), "wrong 'shape'"},
      {tensor(R"("dtype":"F32","shape":[9223372036854775808],"data_offsets":[0,4])"),
       "wrong 'shape'"},
      {tensor(R"("dtype":"F32","shape":[4611686018427387904,4],"data_offsets":[0,0])"),
       "its shape and type don't"},
      {tensor(R"("dtype":"F32","shape":[2],"data_offsets":[0,4])"), "its shape and type don't"},
      {tensor(R"("dtype":"F32","shape":[1],"data_offsets":[4,0])"), "wrong 'data_offsets'"},
      {tensor(R"("dtype":"F32","shape":[1],"data_offsets":[0,4,8])"), "wrong 'data_offsets'"},
      {tensor(R"("dtype":"F32","shape":[1],"data_offsets":[-4,0])"), "wrong 'data_offsets'"},
      {tensor(R"("dtype":"F32","shape":[1],"shape":[1],"data_offsets":[0,4])"), "wrong 'shape'"},
      {tensor(R"("dtype":"F32","shape":[1],"data_offsets":[0,4],"x":{})"), "nests too deep"},
      {tensor(R"("dtype":"F32","shape":[1],"data_offsets":[0,4],"x":"y")"), "wrong 'x'"},
      {R"({"__metadata__":{"a":1}})", "wrong 'a'"},
      {R"({"__metadata__":{"a":"1","a":"2"}})", "metadata key 'a' twice"},
      {R"({"t":{"dtype":"U8","shape":[0],"data_offsets":[0,0]},)"
       R"("t":{"dtype":"U8","shape":[0],"data_offsets":[0,0]}})",
       "names 't' twice"},
  };
  for (const auto& [header, fault] : faults) {
    EXPECT_THAT(complaint(raw_file(header, "1234")), HasSubstr(fault)) << header;
  }
}

TEST_F(SafetensorsTest, tensors_that_overlap_or_leave_a_hole_are_refused) {
  const auto two = [](const std::string& first, const std::string& second) {
    return raw_file(R"({"a":{"dtype":"U8","shape":[4],"data_offsets":)" + first +
                        R"(},"b":{"dtype":"U8","shape":[4],"data_offsets":)" + second + "}}",
                    "12345678");
  };
  EXPECT_EQ(complaint(two("[0,4]", "[4,8]")), "");
  EXPECT_EQ(complaint(two("[4,8]", "[0,4]")), "");
  EXPECT_THAT(complaint(two("[0,4]", "[3,7]")), HasSubstr("'b' begins at byte 3"));
  EXPECT_THAT(complaint(two("[0,4]", "[0,4]")), HasSubstr("'b' begins at byte 0"));
  EXPECT_THAT(complaint(two("[0,4]", "[5,9]")), HasSubstr("'b' begins at byte 5"));
  EXPECT_THAT(complaint(two("[1,5]", "[5,9]")), HasSubstr("'a' begins at byte 1"));
}

TEST_F(SafetensorsTest, lengths_that_no_file_has_are_refused_without_being_allocated) {
  EXPECT_THAT(complaint(std::string(8, '\xff')), HasSubstr("18446744073709551615 bytes"));
  EXPECT_THAT(complaint(std::string("\0\0\0\0\1\0\0\0{}", 10)), HasSubstr("4294967296 bytes"));
  EXPECT_THAT(complaint(std::string("\0\0\0\1\0\0\0\0{}", 10)), HasSubstr("2 of its header's"));
  const std::string far = R"({"t":{"dtype":"U8","shape":[4611686018427387904],)"
                          R"("data_offsets":[0,4611686018427387904]}})";
  EXPECT_THAT(complaint(raw_file(far, "1234")), HasSubstr("is cut: 4 of"));
  std::string brackets;
  brackets.resize(10'000'000, '[');
  EXPECT_THAT(complaint(raw_file(brackets, "")), HasSubstr("isn't JSON"));
  EXPECT_THAT(complaint(raw_file(R"({"a":)" + brackets, "")), HasSubstr("no tensor under 'a'"));
}

TEST_F(SafetensorsTest, another_programs_checksum_entry_is_left_alone) {
  EXPECT_EQ(complaint(raw_file(R"({"__metadata__":{"checksum":"sha256:00"}})", "")), "");
}

TEST_F(SafetensorsTest, a_missing_file_or_a_folder_is_said_to_be_one) {
  EXPECT_THROW(
      {
        try {
          Safetensors::read(folder_ / "absent");
        } catch (const Error& error) {
          EXPECT_THAT(error.what(), HasSubstr("No such file"));
          throw;
        }
      },
      Error);
  EXPECT_THROW(Safetensors::read(folder_.path()), Error);
}

TEST_F(SafetensorsTest, what_the_format_cannot_hold_is_not_written) {
  const auto refused = [this](const std::vector<TensorBytes>& tensors, const Metadata& metadata) {
    EXPECT_THROW(write_safetensors(file_, tensors, metadata), Error);
    EXPECT_TRUE(fs::is_empty(folder_.path()));
  };
  const TensorBytes good = {"a", Dtype::kF32, {2, 2}, bytes_of(matrix_)};
  refused({good, good}, {});
  refused({{"__metadata__", Dtype::kF32, {2, 2}, bytes_of(matrix_)}}, {});
  refused({{"a", Dtype::kF32, {2, 3}, bytes_of(matrix_)}}, {});
  refused({{"a", Dtype::kF32, {-2, -2}, bytes_of(matrix_)}}, {});
  refused({{"\xff", Dtype::kF32, {2, 2}, bytes_of(matrix_)}}, {});
  refused({good}, {{"checksum", "0"}});
}

// The reader and writer that everybody uses. Runs where Python has it.
class SafetensorsInteropTest : public SafetensorsTest {
 protected:
  void SetUp() override {
    const char* chosen = std::getenv("AG_PYTHON");
    python_ = chosen != nullptr ? chosen : "python3";
    if (!run("import numpy, safetensors")) {
      GTEST_SKIP() << python_ << " has no safetensors and numpy (AG_PYTHON names another Python)";
    }
  }

  bool run(const std::string& program) const {
    std::ofstream(folder_ / "program.py") << program;
    const std::string command =
        python_ + " " + (folder_ / "program.py").string() + " 2> " + (folder_ / "log").string();
    return std::system(command.c_str()) == 0;
  }
  std::string log() const { return read_file(folder_ / "log"); }

  std::string python_;
};

TEST_F(SafetensorsInteropTest, python_reads_our_file) {
  write_sample();
  EXPECT_TRUE(
      run("import numpy as np\nfrom safetensors import safe_open\n"
          "with safe_open('" +
          file_.string() +
          "', framework='np') as f:\n"
          "  assert f.metadata()['step'] == '7' and f.metadata()['note'] == '\"ü\"\\n'\n"
          "  a = f.get_tensor('a')\n"
          "  assert a.dtype == np.float32 and a.tolist() == "
          "np.float32([[1.5, -2], [0, 1e-30]]).tolist()\n"
          "  assert f.get_tensor('b').tolist() == [7, 0, 255]\n"
          "  assert f.get_tensor('s') == -5 and f.get_tensor('s').shape == ()\n"
          "  assert f.get_tensor('none').shape == (0, 5)\n"))
      << log();
}

TEST_F(SafetensorsInteropTest, our_checksum_outlives_a_python_program_that_saves_the_file_again) {
  write_sample();
  const fs::path again = folder_ / "again.safetensors";
  ASSERT_TRUE(
      run("from safetensors import safe_open\nfrom safetensors.numpy import save_file\n"
          "with safe_open('" +
          file_.string() +
          "', framework='np') as f:\n"
          "  tensors = {k: f.get_tensor(k) for k in f.keys()}\n"
          "  save_file(tensors, '" +
          again.string() + "', metadata=f.metadata())\n"))
      << log();
  const Safetensors file = Safetensors::read(again, Checksum::kRequired);
  EXPECT_EQ(text_of(file.find("a")->bytes), text_of(bytes_of(matrix_)));
  EXPECT_EQ(read_file(again).size(), read_file(file_).size());
}

}  // namespace
}  // namespace ag
