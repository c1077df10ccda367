#include "dataprep/stored_picture.h"

#include <algorithm>
#include <cmath>
#include <fstream>
#include <span>

#include "framework/data/jpeg.h"
#include "framework/data/picture.h"
#include "framework/photo/file_kind.h"
#include "framework/photo/orientation.h"

namespace ag::dataprep {
namespace fs = std::filesystem;
namespace {

// The whole file; nothing when it can't be read.
std::optional<std::vector<std::byte>> bytes_of_file(const fs::path& path) {
  std::ifstream in(path, std::ios::binary | std::ios::ate);
  if (!in) return std::nullopt;
  const std::streamoff size = in.tellg();
  if (size < 0) return std::nullopt;
  std::vector<std::byte> bytes(static_cast<std::size_t>(size));
  in.seekg(0);
  in.read(reinterpret_cast<char*>(bytes.data()), size);
  if (!in) return std::nullopt;
  return bytes;
}

// Whether the loader, which decodes JPEG alone and heeds no EXIF, sees it as people do.
bool is_upright_jpeg(std::span<const std::byte> file) {
  return photo::looks_like_jpeg(file) &&
         photo::orientation_of(file) == photo::Orientation::kUpright;
}

}  // namespace

std::optional<Reason> file_defect(const fs::path& path) {
  std::error_code failure;
  if (!fs::is_regular_file(path, failure)) return Reason::kFileMissing;
  const std::uintmax_t size = fs::file_size(path, failure);
  if (failure) return Reason::kFileMissing;
  if (size == 0) return Reason::kFileEmpty;
  return std::nullopt;
}

StoredPicture PictureStore::prepare(const fs::path& path) {
  std::optional<std::vector<std::byte>> file = bytes_of_file(path);
  if (!file) return {.defect = Reason::kFileMissing};
  if (file->empty()) return {.defect = Reason::kFileEmpty};
  if (reader_.decode(*file, picture_)) return {.defect = Reason::kUnreadable};
  const int size = options_.size;
  if (options_.encoding == data::Encoding::kRaw) {
    resize(size, size);
    const auto pixels = std::as_bytes(std::span(resized_.rgb));
    return {.bytes = {pixels.begin(), pixels.end()}};
  }
  const int shorter = std::min(picture_.width, picture_.height);
  const bool shrinks = size != 0 && shorter > size;
  if (!shrinks && is_upright_jpeg(*file)) return {.bytes = std::move(*file)};
  if (!shrinks) return {.bytes = data::encode_jpeg(picture_, options_.quality)};
  const double scale = static_cast<double>(size) / shorter;
  resize(std::max(size, static_cast<int>(std::lround(picture_.width * scale))),
         std::max(size, static_cast<int>(std::lround(picture_.height * scale))));
  return {.bytes = data::encode_jpeg(resized_, options_.quality)};
}

void PictureStore::resize(int width, int height) {
  resized_.width = width;
  resized_.height = height;
  resized_.rgb.resize(static_cast<std::size_t>(width) * static_cast<std::size_t>(height) *
                      data::kChannels);
  resizer_.resize(picture_.rgb, picture_.width, picture_.height, resized_.rgb, width, height);
}

}  // namespace ag::dataprep
