// Any bytes as a photo's file: what the reader says of them must be a photo within its limit, or a
// complaint, and the same from a reader that has just read them.
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <span>
#include <string>

#include "framework/photo/photo_reader.h"
#include "tests/fuzz/fuzz_target.h"

namespace {

// Few, so that a header that claims many doesn't take the time of a thousand others.
constexpr std::int64_t kMostPixels = 500'000;

void promise(bool kept, const char* what) {
  if (kept) return;
  std::fprintf(stderr, "photo_fuzz: %s\n", what);
  std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const std::span<const std::byte> file = std::as_bytes(std::span(bytes, size));
  ag::photo::PhotoReader reader(kMostPixels);
  ag::data::Picture photo;
  const std::optional<std::string> complaint = reader.decode(file, photo);
  if (complaint) {
    promise(!complaint->empty(), "an empty complaint");
    return 0;
  }
  const std::int64_t pixels = std::int64_t{1} * photo.width * photo.height;
  promise(photo.width > 0 && photo.height > 0, "a photo without pixels");
  promise(pixels <= kMostPixels, "more pixels than allowed");
  promise(photo.rgb.size() == static_cast<std::size_t>(pixels) * 3, "another size than it says");
  ag::data::Picture again;
  promise(!reader.decode(file, again), "a complaint at the second time");
  promise(again.width == photo.width && again.rgb == photo.rgb, "another photo at the second time");
  return 0;
}
