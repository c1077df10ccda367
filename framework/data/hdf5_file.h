// An HDF5 file opened for reading: attributes, and columns as views into a map where their layout
// allows it.
#pragma once

#include <hdf5.h>

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "framework/core/hdf5/hdf5_handle.h"

namespace ag::data {

// A column of a file: a view into the mapped file, or values of its own where the layout can't be
// viewed.
template <class T>
struct Hdf5Column {
  std::span<const T> values;
  std::vector<T> own;
  std::vector<hsize_t> shape;

  bool mapped() const { return own.empty(); }
};

// One thread.
class Hdf5File {
 public:
  // `map` is the whole of the file in memory, and must outlive every mapped column. Throws Error
  // when the file isn't HDF5 or is cut short.
  Hdf5File(const std::filesystem::path& path, std::span<const std::byte> map);

  // An attribute of the root group; nothing where there is none of that kind.
  std::optional<std::string> text_attribute(const char* name) const;  // of fixed length
  std::optional<std::uint64_t> number_attribute(const char* name) const;

  // T is std::uint8_t, std::uint32_t or std::uint64_t. A column of other number types, byte order
  // or layout is read and converted. Throws Error when it isn't there, isn't numbers or can't be
  // read.
  template <class T>
  Hdf5Column<T> column(const char* name) const;

 private:
  std::filesystem::path path_;
  std::span<const std::byte> map_;
  QuietHdf5 quiet_;
  Hdf5Handle file_;
};

}  // namespace ag::data
