#include "framework/photo/orientation.h"

#include <libexif/exif-data.h>

#include <algorithm>
#include <memory>
#include <vector>

#include "framework/photo/file_kind.h"
#include "framework/photo/jpeg_segments.h"
#include "framework/photo/png.h"

namespace ag::photo {
namespace {

using namespace std::string_view_literals;

constexpr std::string_view kExifMark = "Exif\0\0"sv;
constexpr std::size_t kMostExifBytes = 65'533;  // what fits a JPEG segment; libexif reads no more

struct ExifFree {
  void operator()(ExifData* data) const { exif_data_unref(data); }
};

const unsigned char* bytes_of(std::span<const std::byte> data) {
  return reinterpret_cast<const unsigned char*>(data.data());
}

// The first EXIF segment; of no bytes where there is none before the pixels. libexif's own search
// would give up at any segment but APP0 to APP15 that comes first.
std::span<const std::byte> exif_of_jpeg(std::span<const std::byte> file) {
  std::span<const std::byte> rest = jpeg_segments(file);
  while (const std::optional<JpegSegment> segment = next_jpeg_segment(rest)) {
    if (segment->marker == kJpegStartOfScan) break;
    if (segment->marker == kJpegApp1 && starts_with(segment->data, kExifMark)) return segment->data;
  }
  return {};
}

// The eXIf chunk with the mark put before it that JPEG has and PNG has not.
std::vector<std::byte> exif_of_png(std::span<const std::byte> file) {
  std::span<const std::byte> rest = file.subspan(std::min(file.size(), kPngSignatureBytes));
  while (const std::optional<PngChunk> chunk = next_png_chunk(rest)) {
    if (!chunk->is("eXIf")) continue;
    const std::span<const std::byte> mark = std::as_bytes(std::span(kExifMark));
    std::vector<std::byte> exif(mark.begin(), mark.end());
    const auto data = chunk->data.first(std::min(chunk->data.size(), kMostExifBytes - mark.size()));
    exif.insert(exif.end(), data.begin(), data.end());
    return exif;
  }
  return {};
}

Orientation orientation_in(std::span<const std::byte> exif) {
  const std::unique_ptr<ExifData, ExifFree> data(exif_data_new());
  if (exif.empty() || data == nullptr) return Orientation::kUpright;
  // It would put in what a file should say and doesn't.
  exif_data_unset_option(data.get(), EXIF_DATA_OPTION_FOLLOW_SPECIFICATION);
  exif_data_load_data(data.get(), bytes_of(exif), static_cast<unsigned>(exif.size()));
  const ExifEntry* entry = exif_content_get_entry(data->ifd[EXIF_IFD_0], EXIF_TAG_ORIENTATION);
  if (entry == nullptr || entry->format != EXIF_FORMAT_SHORT || entry->size < 2)
    return Orientation::kUpright;
  const int value = exif_get_short(entry->data, exif_data_get_byte_order(data.get()));
  return value >= 1 && value <= 8 ? static_cast<Orientation>(value) : Orientation::kUpright;
}

// Where the upright picture's pixels lie in the stored one, counted in pixels: its left upper one,
// and how far it is from each to the next on its right and to the next below.
struct Walk {
  std::ptrdiff_t first;
  std::ptrdiff_t right;
  std::ptrdiff_t down;
};

Walk walk_through(const data::Picture& stored, Orientation orientation) {
  const std::ptrdiff_t row = stored.width;
  const std::ptrdiff_t right_top = row - 1;
  const std::ptrdiff_t left_bottom = row * (stored.height - 1);
  const std::ptrdiff_t right_bottom = left_bottom + right_top;
  switch (orientation) {
    case Orientation::kMirrored:
      return {right_top, -1, row};
    case Orientation::kHalfTurn:
      return {right_bottom, -1, -row};
    case Orientation::kFlipped:
      return {left_bottom, 1, -row};
    case Orientation::kTransposed:
      return {0, row, 1};
    case Orientation::kQuarterTurn:
      return {left_bottom, -row, 1};
    case Orientation::kTransversed:
      return {right_bottom, -row, -1};
    case Orientation::kThreeQuarterTurn:
      return {right_top, row, -1};
    case Orientation::kUpright:
      break;
  }
  return {0, 1, row};
}

// Down the stored picture each pixel lies in another cache line, which is wanted again for the next
// row: a tile's lines stay in the cache until then.
constexpr int kTile = 32;

void copy_tile(const data::Picture& stored, Walk walk, int left, int top, data::Picture& upright) {
  const int columns = std::min(kTile, upright.width - left);
  const int bottom = std::min(top + kTile, upright.height);
  const std::ptrdiff_t step = walk.right * data::kChannels;
  const std::uint8_t* pixels = stored.rgb.data();
  for (std::ptrdiff_t y = top; y < bottom; ++y) {
    std::uint8_t* to = upright.rgb.data() + (y * upright.width + left) * data::kChannels;
    std::ptrdiff_t from = (walk.first + left * walk.right + y * walk.down) * data::kChannels;
    for (int x = 0; x < columns; ++x, to += data::kChannels, from += step) {
      to[0] = pixels[from];
      to[1] = pixels[from + 1];
      to[2] = pixels[from + 2];
    }
  }
}

}  // namespace

Orientation orientation_of(std::span<const std::byte> file) {
  if (looks_like_jpeg(file)) return orientation_in(exif_of_jpeg(file));
  if (looks_like_png(file)) return orientation_in(exif_of_png(file));
  return Orientation::kUpright;
}

void make_upright(const data::Picture& stored, Orientation orientation, data::Picture& upright) {
  const bool on_its_side = orientation >= Orientation::kTransposed;
  upright.width = on_its_side ? stored.height : stored.width;
  upright.height = on_its_side ? stored.width : stored.height;
  upright.rgb.resize(stored.rgb.size());
  const Walk walk = walk_through(stored, orientation);
  for (int top = 0; top < upright.height; top += kTile) {
    for (int left = 0; left < upright.width; left += kTile)
      copy_tile(stored, walk, left, top, upright);
  }
}

}  // namespace ag::photo
