// A shard is an HDF5 file of n samples, every data set contiguous and uncompressed, so that a
// reader can map it:
//
//   /                attributes  format     text    "agtrain shard"
//                                version    u32     1
//                                encoding   text    "jpeg" or "raw"
//                                committed  u8      1, written last: a shard without it isn't whole
//   /data       u8   [offset[n]]       jpeg: JPEG files, one after the other, nothing between
//                    [n, H, W, 3]      raw: RGB, rows from the top
//   /offset     u64  [n + 1]           picture i is data bytes offset[i] up to offset[i + 1]
//   /checksum   u64  [n]               XXH3-64 (seed 0) of those bytes
//   /age        u8   [n]               0 to 100 years
//   /gender     u8   [n]               0 female, 1 male
//   /identity   u32  [n]               same number, same person
//   /split      u8   [n]               0 train, 1 val, 2 test
//   /source     u32  [n]               row of the data set's report.csv, from 0
//
// All numbers are little-endian. Data sets start at multiples of 64 bytes.
#include "framework/data/shard_writer.h"

#include <hdf5.h>

#include <array>
#include <cstring>
#include <string_view>

#include "framework/core/atomic_file.h"
#include "framework/core/error.h"
#include "framework/core/hdf5/hdf5_handle.h"
#include "framework/data/picture.h"
#include "framework/data/shard_format.h"

namespace ag::data {
namespace fs = std::filesystem;
namespace {

constexpr hsize_t kAlignment = 64;             // bytes; a cache line
constexpr std::size_t kHeaderRoom = 64 << 10;  // more than HDF5's own structures of a shard take

// A call of HDF5 that has no reason to fail but lack of memory, as nothing touches the disk.
void must(bool ok, const char* tried) {
  if (!ok) throw Error("HDF5", std::string("can't ") + tried + ": " + hdf5_complaint());
}

// HDF5 builds the file in memory and AtomicFile's writer puts it on disk. So a full disk is an
// errno with a clear message; in HDF5 it would be a file that can neither be written nor closed.
Hdf5Handle create_in_memory(std::size_t expected_bytes) {
  const Hdf5Handle access(H5Pcreate(H5P_FILE_ACCESS), H5Pclose);
  must(access.valid() && H5Pset_fapl_core(access.get(), expected_bytes, false) >= 0 &&
           H5Pset_alignment(access.get(), 1, kAlignment) >= 0,
       "prepare a shard");
  Hdf5Handle file(H5Fcreate("shard", H5F_ACC_TRUNC, H5P_DEFAULT, access.get()), H5Fclose);
  must(file.valid(), "make a shard");
  return file;
}

void write_attribute(const Hdf5Handle& file, const char* name, hid_t type, const void* value) {
  const Hdf5Handle space(H5Screate(H5S_SCALAR), H5Sclose);
  const Hdf5Handle attribute(
      H5Acreate2(file.get(), name, type, space.get(), H5P_DEFAULT, H5P_DEFAULT), H5Aclose);
  must(attribute.valid() && H5Awrite(attribute.get(), type, value) >= 0, "write an attribute");
}

void write_attribute(const Hdf5Handle& file, const char* name, std::string_view text) {
  const Hdf5Handle type(H5Tcopy(H5T_C_S1), H5Tclose);
  must(type.valid() && H5Tset_size(type.get(), text.size()) >= 0 &&
           H5Tset_strpad(type.get(), H5T_STR_NULLPAD) >= 0,
       "make a text type");
  write_attribute(file, name, type.get(), text.data());
}

void write_column(const Hdf5Handle& file, const char* name, hid_t type,
                  std::span<const hsize_t> shape, const void* values) {
  const Hdf5Handle space(H5Screate_simple(static_cast<int>(shape.size()), shape.data(), nullptr),
                         H5Sclose);
  const Hdf5Handle options(H5Pcreate(H5P_DATASET_CREATE), H5Pclose);
  // Without times the same samples give the same bytes.
  must(H5Pset_layout(options.get(), H5D_CONTIGUOUS) >= 0 &&
           H5Pset_obj_track_times(options.get(), false) >= 0,
       "prepare a column");
  const Hdf5Handle column(
      H5Dcreate2(file.get(), name, type, space.get(), H5P_DEFAULT, options.get(), H5P_DEFAULT),
      H5Dclose);
  must(column.valid() && H5Dwrite(column.get(), type, H5S_ALL, H5S_ALL, H5P_DEFAULT, values) >= 0,
       "write a column");
}

void write_column(const Hdf5Handle& file, const char* name, hid_t type, const auto& values) {
  const std::array<hsize_t, 1> shape = {values.size()};
  write_column(file, name, type, shape, values.data());
}

// The file's bytes, which live as long as `file`.
std::string_view image_of(const Hdf5Handle& file) {
  void* memory = nullptr;  // set to the address of the pointer to the image
  must(H5Fflush(file.get(), H5F_SCOPE_GLOBAL) >= 0 &&
           H5Fget_vfd_handle(file.get(), H5P_DEFAULT, &memory) >= 0,
       "finish a shard");
  const ssize_t size = H5Fget_file_image(file.get(), nullptr, 0);
  must(size > 0, "measure a shard");
  return {*static_cast<const char* const*>(memory), static_cast<std::size_t>(size)};
}

}  // namespace

ShardWriter::ShardWriter(Encoding encoding, int width, int height)
    : encoding_(encoding), width_(width), height_(height) {}

void ShardWriter::add(std::span<const std::byte> picture, const SampleLabels& labels) {
  data_.insert(data_.end(), picture.begin(), picture.end());
  offset_.push_back(data_.size());
  checksum_.push_back(picture_checksum(picture));
  age_.push_back(static_cast<std::uint8_t>(labels.age));
  gender_.push_back(static_cast<std::uint8_t>(labels.gender));
  identity_.push_back(labels.identity);
  split_.push_back(static_cast<std::uint8_t>(labels.split));
  source_.push_back(labels.source);
}

ShardInfo ShardWriter::write(const fs::path& path) {
  const QuietHdf5 quiet;
  const Hdf5Handle file =
      create_in_memory(data_.size() + count() * sizeof(SampleLabels) * 2 + kHeaderRoom);
  write_attribute(file, kFormatAttribute, kShardFormat);
  write_attribute(file, kVersionAttribute, H5T_STD_U32LE, &kShardVersion);
  write_attribute(file, kEncodingAttribute, encoding_name(encoding_));
  if (encoding_ == Encoding::kRaw) {
    const std::array<hsize_t, 4> shape = {count(), static_cast<hsize_t>(height_),
                                          static_cast<hsize_t>(width_), kChannels};
    write_column(file, kDataColumn, H5T_STD_U8LE, shape, data_.data());
  } else {
    write_column(file, kDataColumn, H5T_STD_U8LE, data_);
  }
  write_column(file, kOffsetColumn, H5T_STD_U64LE, offset_);
  write_column(file, kChecksumColumn, H5T_STD_U64LE, checksum_);
  write_column(file, kAgeColumn, H5T_STD_U8LE, age_);
  write_column(file, kGenderColumn, H5T_STD_U8LE, gender_);
  write_column(file, kIdentityColumn, H5T_STD_U32LE, identity_);
  write_column(file, kSplitColumn, H5T_STD_U8LE, split_);
  write_column(file, kSourceColumn, H5T_STD_U32LE, source_);
  constexpr std::uint8_t kCommitted = 1;
  write_attribute(file, kCommittedAttribute, H5T_STD_U8LE, &kCommitted);

  const std::string_view image = image_of(file);
  write_file_atomically(path, image);
  ShardInfo info{path.filename().string(), count(), image.size(),
                 shard_hash({offset_, checksum_, age_, gender_, identity_, split_, source_})};
  *this = ShardWriter(encoding_, width_, height_);
  return info;
}

}  // namespace ag::data
