#include "dataprep/sample/sample_set.h"

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <fstream>
#include <span>
#include <vector>

#include "dataprep/sample/album.h"
#include "dataprep/sample/mat_writer.h"
#include "framework/core/atomic_file.h"
#include "framework/core/error.h"
#include "framework/core/ordered_work.h"
#include "framework/core/progress.h"
#include "framework/data/jpeg.h"

namespace ag::dataprep {
namespace fs = std::filesystem;
namespace {

constexpr char kTableName[] = "imdb.mat";
constexpr int kQuality = 90;
constexpr double kCutShare = 0.6;  // of a cut file's bytes that are left

using Bytes = std::vector<std::byte>;

Bytes picture_file(const Album& album, std::uint32_t number, const SampleOptions& options) {
  const AlbumPicture& picture = album.pictures[number];
  if (picture.defect == Defect::kFileMissing || picture.defect == Defect::kFileEmpty) return {};
  const Face face =
      draw_face(album.persons[picture.person], picture.age, picture_key(options.seed, number));
  Bytes bytes = data::encode_jpeg(paint(face, options.size), kQuality);
  if (picture.defect == Defect::kFileCut) {
    bytes.resize(static_cast<std::size_t>(static_cast<double>(bytes.size()) * kCutShare));
  }
  return bytes;
}

// Not synced one by one, which takes longer than drawing: imdb.mat, written last, says that all are
// there.
void write_picture(const fs::path& path, std::span<const std::byte> bytes) {
  errno = 0;
  std::ofstream out(path, std::ios::binary);
  out.write(reinterpret_cast<const char*>(bytes.data()),
            static_cast<std::streamsize>(bytes.size()));
  out.close();
  if (out) return;
  const Error error = system_error("write", path);
  std::error_code ignored;
  fs::remove(path, ignored);
  throw error;
}

void make_folders(const Album& album, const fs::path& out) {
  for (const AlbumPicture& picture : album.pictures) {
    make_folder((out / picture.row.full_path).parent_path());
  }
}

}  // namespace

SampleCounts write_sample(const SampleOptions& options) {
  const fs::path table = options.out / kTableName;
  if (fs::exists(table)) {
    if (!options.overwrite) {
      throw usage_error(options.out, "holds an imdb.mat already",
                        "add --overwrite, or choose another folder");
    }
    fs::remove(table);
  }
  const Album album = make_album(options.count, options.seed);
  make_folders(album, options.out);
  Progress progress("drawing", options.count);
  OrderedWork<Bytes> work(options.count, options.threads, [&]() -> OrderedWork<Bytes>::Make {
    return
        [&](std::size_t i) { return picture_file(album, static_cast<std::uint32_t>(i), options); };
  });
  work.run([&](std::size_t i, const Bytes& bytes) {
    const AlbumPicture& picture = album.pictures[i];
    if (picture.defect != Defect::kFileMissing) {
      write_picture(options.out / picture.row.full_path, bytes);
    }
    progress.update(static_cast<std::int64_t>(i) + 1);
  });
  progress.clear();
  write_imdb_mat(table, album, options.size);
  const auto defects =
      std::count_if(album.pictures.begin(), album.pictures.end(),
                    [](const AlbumPicture& p) { return p.defect != Defect::kNone; });
  return {options.count, static_cast<std::uint32_t>(album.persons.size()),
          static_cast<std::uint32_t>(defects)};
}

}  // namespace ag::dataprep
