// Fuzzing without libFuzzer, the same at each run: a target's corpus, and mutations of it.
//
//   photo_mutations                   the corpus and kMutations mutations of it
//   photo_mutations FILE...           those files alone
//   photo_mutations --corpus FOLDER   writes the corpus there, for libFuzzer to begin with
//
// An input that ends the program stays in the file photo_mutations.last, in the working folder.
#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "framework/core/philox.h"
#include "tests/fuzz/fuzz_target.h"
#include "tests/fuzz/mutation.h"

namespace {

using Bytes = std::vector<std::uint8_t>;

constexpr std::uint32_t kMutations = 20'000;
constexpr std::uint64_t kSeed = 1;

void write(const std::filesystem::path& path, const Bytes& bytes) {
  std::ofstream(path, std::ios::binary)
      .write(reinterpret_cast<const char*>(bytes.data()),
             static_cast<std::streamsize>(bytes.size()));
}

// The file that holds the input which runs. It stays open: to make it anew takes longer than a run.
class LastInput {
 public:
  explicit LastInput(std::filesystem::path path)
      : path_(std::move(path)), file_(std::fopen(path_.c_str(), "wb")) {
    if (file_ == nullptr) throw std::runtime_error("can't write " + path_.string());
  }
  ~LastInput() {
    std::fclose(file_);
    std::filesystem::remove(path_);
  }
  LastInput(const LastInput&) = delete;
  LastInput& operator=(const LastInput&) = delete;

  void keep(const Bytes& bytes) {
    std::rewind(file_);
    std::fwrite(bytes.data(), 1, bytes.size(), file_);
    std::fflush(file_);
    if (::ftruncate(::fileno(file_), static_cast<off_t>(bytes.size())) != 0)
      throw std::runtime_error("can't cut " + path_.string());
  }

 private:
  std::filesystem::path path_;
  std::FILE* file_;
};

// A copy of exactly these bytes, so that AddressSanitizer sees one read beyond them.
void run(const Bytes& bytes) {
  const Bytes input(bytes.begin(), bytes.end());
  LLVMFuzzerTestOneInput(input.data(), input.size());
}

void run_mutations(LastInput& last) {
  const std::vector<ag::fuzz::Seed> seeds = ag::fuzz::corpus();
  for (const ag::fuzz::Seed& seed : seeds) run(seed.bytes);
  for (std::uint32_t i = 0; i < kMutations; ++i) {
    ag::RandomStream random({kSeed, 0, i, ag::Purpose::kSample});
    const auto any = [&] { return random.below(static_cast<std::uint32_t>(seeds.size())); };
    const Bytes& bytes = seeds[i % seeds.size()].bytes;
    Bytes input = ag::fuzz::mutated(bytes, seeds[any()].bytes, random);
    constexpr std::uint32_t kLeftBroken = 8;  // one in so many
    if (random.below(kLeftBroken) != 0) ag::fuzz::mend(input);
    last.keep(input);
    run(input);
  }
  std::printf("%zu inputs and %u mutations of them did no harm\n", seeds.size(), kMutations);
}

void run_file(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  run(Bytes(std::istreambuf_iterator<char>(in), {}));
  std::printf("%s did no harm\n", path.c_str());
}

int run_as_told(const char* program, const std::vector<std::string>& arguments) {
  if (arguments.size() == 2 && arguments[0] == "--corpus") {
    std::filesystem::create_directories(arguments[1]);
    for (const ag::fuzz::Seed& seed : ag::fuzz::corpus())
      write(std::filesystem::path(arguments[1]) / seed.name, seed.bytes);
    return 0;
  }
  if (arguments.empty()) {
    LastInput last(std::filesystem::path(program).filename().string() + ".last");
    run_mutations(last);
  }
  for (const std::string& path : arguments) run_file(path);
  return 0;
}

}  // namespace

int main(int count, char** words) {
  try {
    return run_as_told(words[0], {words + 1, words + count});
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s: %s\n", words[0], error.what());
    return 1;
  }
}
