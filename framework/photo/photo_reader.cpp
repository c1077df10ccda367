#include "framework/photo/photo_reader.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <new>
#include <string_view>
#include <utility>
#include <vector>

#include "framework/core/descriptor.h"
#include "framework/core/text.h"
#include "framework/data/jpeg.h"
#include "framework/photo/file_kind.h"
#include "framework/photo/jpeg_segments.h"
#include "framework/photo/orientation.h"
#include "framework/photo/png.h"

namespace ag::photo {
namespace {

using Complaint = std::optional<std::string>;

std::string cant(std::string_view tried) {
  return fmt::format("can't {} it: {}", tried, std::strerror(errno));
}

Complaint read_bytes(const std::filesystem::path& path, std::vector<std::byte>& bytes) {
  // Without waiting for a writer where it is a pipe.
  const Descriptor file = open_file(path, O_RDONLY | O_NONBLOCK);
  if (!file.valid()) return cant("open");
  struct stat status {};
  if (::fstat(file.get(), &status) != 0) return cant("look at");
  if (S_ISDIR(status.st_mode)) return "a folder, not a photo";
  if (!S_ISREG(status.st_mode)) return "not an ordinary file";
  if (status.st_size > kMostBytes) {
    return fmt::format("{} are too many for a photo (at most {})",
                       short_bytes(static_cast<std::uint64_t>(status.st_size)),
                       short_bytes(std::uint64_t{kMostBytes}));
  }
  bytes.resize(static_cast<std::size_t>(status.st_size));
  std::size_t done = 0;
  while (done < bytes.size()) {
    const ssize_t got = ::read(file.get(), bytes.data() + done, bytes.size() - done);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return cant("read");
    if (got == 0) break;  // somebody cuts it short while it is read
    done += static_cast<std::size_t>(got);
  }
  bytes.resize(done);
  return std::nullopt;
}

Complaint cut_short(std::string_view kind) {
  return fmt::format("a {} file that was cut short: its end is missing", kind);
}

bool says(const std::string& complaint, std::string_view words) {
  return complaint.find(words) != std::string::npos;
}

Complaint about_jpeg(std::span<const std::byte> file, const std::string& complaint) {
  // Behind the end of a file that stops in a table libjpeg sees nonsense, and complains of that.
  if (says(complaint, "Premature end") || lacks_jpeg_end(file)) return cut_short("JPEG");
  return fmt::format("a JPEG file that can't be decoded ({})", complaint);
}

Complaint about_png(const std::string& complaint) {
  if (says(complaint, "read beyond end")) return cut_short("PNG");
  return fmt::format("a PNG file that can't be decoded ({})", complaint);
}

}  // namespace

struct PhotoReader::State {
  explicit State(std::int64_t limit) : most_pixels(limit) {}

  std::int64_t most_pixels;
  data::JpegDecoder jpeg;
  data::Picture scratch;

  Complaint too_many(std::int64_t width, std::int64_t height) const {
    constexpr std::int64_t kMillion = 1'000'000;
    if (height == 0 || width <= most_pixels / height) return std::nullopt;
    const std::string limit = most_pixels % kMillion == 0
                                  ? fmt::format("{} million", most_pixels / kMillion)
                                  : with_thousands(most_pixels);
    return fmt::format("{} x {} pixels are too many (at most {})", width, height, limit);
  }

  // Both as they are stored, which EXIF may say is on its side.
  Complaint decode_jpeg(std::span<const std::byte> file, data::Picture& photo) {
    if (const auto size = jpeg.size(file)) {
      if (Complaint complaint = too_many(size->width, size->height)) return complaint;
    }
    const Complaint complaint = jpeg.decode(file, photo);
    return complaint ? about_jpeg(file, *complaint) : std::nullopt;
  }
  Complaint decode_png(std::span<const std::byte> file, data::Picture& photo) const {
    if (const auto size = png_size(file)) {
      if (Complaint complaint = too_many(size->width, size->height)) return complaint;
    }
    const Complaint complaint = photo::decode_png(file, photo);
    return complaint ? about_png(*complaint) : std::nullopt;
  }

  Complaint decode(std::span<const std::byte> file, data::Picture& photo) {
    const bool is_jpeg = looks_like_jpeg(file);
    if (!is_jpeg && !looks_like_png(file)) return neither_jpeg_nor_png(file);
    Complaint complaint = is_jpeg ? decode_jpeg(file, photo) : decode_png(file, photo);
    if (complaint) return complaint;
    const Orientation orientation = orientation_of(file);
    if (orientation == Orientation::kUpright) return std::nullopt;
    make_upright(photo, orientation, scratch);
    std::swap(photo, scratch);
    return std::nullopt;
  }
};

PhotoReader::PhotoReader(std::int64_t most_pixels)
    : state_(std::make_unique<State>(std::clamp<std::int64_t>(most_pixels, 1, kMostPixels))) {}
PhotoReader::~PhotoReader() = default;
PhotoReader::PhotoReader(PhotoReader&&) noexcept = default;
PhotoReader& PhotoReader::operator=(PhotoReader&&) noexcept = default;

std::optional<std::string> PhotoReader::decode(std::span<const std::byte> file,
                                               data::Picture& photo) {
  try {
    return state_->decode(file, photo);
  } catch (const std::bad_alloc&) {
    return "not enough memory for its pixels";
  }
}

std::optional<std::string> PhotoReader::read(const std::filesystem::path& path,
                                             data::Picture& photo) {
  std::vector<std::byte> bytes;
  try {
    if (Complaint complaint = read_bytes(path, bytes)) return complaint;
  } catch (const std::bad_alloc&) {
    return "not enough memory for the file";
  }
  return decode(bytes, photo);
}

}  // namespace ag::photo
