#include "framework/data/jpeg.h"

#include <fmt/format.h>
#include <turbojpeg.h>

#include <string_view>
#include <utility>

#include "framework/core/error.h"

namespace ag::data {
namespace {

struct HandleCloser {
  void operator()(void* handle) const { tjDestroy(handle); }
};
using Handle = std::unique_ptr<void, HandleCloser>;

struct TurboFree {
  void operator()(unsigned char* memory) const { tjFree(memory); }
};

Handle checked(tjhandle handle) {
  if (handle == nullptr) throw Error("JPEG", tjGetErrorStr2(nullptr));
  return Handle(handle);
}

const unsigned char* bytes_of(std::span<const std::byte> data) {
  return reinterpret_cast<const unsigned char*>(data.data());
}

constexpr int kCmykChannels = 4;
// A header of a few bytes may claim 65,500 x 65,500 pixels; nobody's face needs the 13 GB.
constexpr std::size_t kMaxPixels = 200'000'000;

// Adobe's programs, nearly the only ones that make CMYK JPEGs, store the four inks inverted, and
// TurboJPEG hands them out as stored: 255 is no ink.
void cmyk_to_rgb(const std::vector<std::uint8_t>& cmyk, std::vector<std::uint8_t>& rgb) {
  for (std::size_t from = 0, to = 0; from < cmyk.size(); from += kCmykChannels, to += kChannels) {
    const unsigned black = cmyk[from + 3];
    for (std::size_t c = 0; c < kChannels; ++c) {
      rgb[to + c] = static_cast<std::uint8_t>((cmyk[from + c] * black + 127u) / 255u);
    }
  }
}

}  // namespace

struct JpegDecoder::State {
  Handle handle = checked(tjInitDecompress());
  std::vector<std::uint8_t> cmyk;

  // Whether the last call did what it was asked and warned of a header that some cameras write.
  bool is_harmless_warning() const {
    const std::string_view text = tjGetErrorStr2(handle.get());
    return tjGetErrorCode(handle.get()) == TJERR_WARNING &&
           text.find("Invalid SOS parameters") != std::string_view::npos;
  }

  // The last call's complaint. TurboJPEG 2.1 goes on in the middle of a header that it gave up,
  // with whatever picture comes next, so a decoder that complained once is replaced.
  std::string complaint() {
    std::string text = tjGetErrorStr2(handle.get());
    handle = checked(tjInitDecompress());
    return text;
  }
};

JpegDecoder::JpegDecoder() : state_(std::make_unique<State>()) {}
JpegDecoder::~JpegDecoder() = default;
JpegDecoder::JpegDecoder(JpegDecoder&&) noexcept = default;
JpegDecoder& JpegDecoder::operator=(JpegDecoder&&) noexcept = default;

std::optional<std::string> JpegDecoder::decode(std::span<const std::byte> jpeg, Picture& out) {
  tjhandle handle = state_->handle.get();
  int subsampling = 0;
  int colourspace = 0;
  out.width = out.height = 0;  // a file of tables alone has no size, and is no error
  if (tjDecompressHeader3(handle, bytes_of(jpeg), jpeg.size(), &out.width, &out.height,
                          &subsampling, &colourspace) != 0) {
    return state_->complaint();
  }
  if (out.width == 0) return "there is no picture in it";
  const bool cmyk = colourspace == TJCS_CMYK || colourspace == TJCS_YCCK;
  const auto pixels = static_cast<std::size_t>(out.width) * static_cast<std::size_t>(out.height);
  if (pixels > kMaxPixels) {
    return fmt::format("{} x {} pixels are too many", out.width, out.height);
  }
  out.rgb.resize(pixels * kChannels);
  if (cmyk) state_->cmyk.resize(pixels * kCmykChannels);
  // A few KB of a progressive file may ask for thousands of passes over all pixels.
  const int failed = tjDecompress2(handle, bytes_of(jpeg), jpeg.size(),
                                   cmyk ? state_->cmyk.data() : out.rgb.data(), out.width, 0,
                                   out.height, cmyk ? TJPF_CMYK : TJPF_RGB, TJFLAG_LIMITSCANS);
  if (failed != 0 && !state_->is_harmless_warning()) return state_->complaint();
  if (cmyk) cmyk_to_rgb(state_->cmyk, out.rgb);
  return std::nullopt;
}

std::optional<JpegSize> JpegDecoder::size(std::span<const std::byte> jpeg) {
  JpegSize found;
  int subsampling = 0;
  int colourspace = 0;
  if (tjDecompressHeader3(state_->handle.get(), bytes_of(jpeg), jpeg.size(), &found.width,
                          &found.height, &subsampling, &colourspace) != 0) {
    state_->complaint();
    return std::nullopt;
  }
  if (found.width == 0) return std::nullopt;  // a file of tables alone
  return found;
}

std::vector<std::byte> encode_jpeg(const Picture& picture, int quality) {
  if (picture.width <= 0 || picture.height <= 0)
    throw Error("JPEG", "can't encode an empty picture");
  const Handle handle = checked(tjInitCompress());
  unsigned char* memory = nullptr;
  unsigned long size = 0;
  const int failed = tjCompress2(handle.get(), picture.rgb.data(), picture.width, 0, picture.height,
                                 TJPF_RGB, &memory, &size, TJSAMP_420, quality, 0);
  const std::unique_ptr<unsigned char, TurboFree> owned(memory);
  if (failed != 0) throw Error("JPEG", tjGetErrorStr2(handle.get()));
  const auto* first = reinterpret_cast<const std::byte*>(memory);
  return {first, first + size};
}

}  // namespace ag::data
