#include "framework/data/hdf5_file.h"

#include <algorithm>
#include <functional>
#include <numeric>

#include "framework/core/error.h"

namespace ag::data {
namespace fs = std::filesystem;
namespace {

template <class T>
hid_t native_type();
template <>
hid_t native_type<std::uint8_t>() {
  return H5T_NATIVE_UINT8;
}
template <>
hid_t native_type<std::uint32_t>() {
  return H5T_NATIVE_UINT32;
}
template <>
hid_t native_type<std::uint64_t>() {
  return H5T_NATIVE_UINT64;
}

std::optional<std::vector<hsize_t>> shape_of(const Hdf5Handle& column) {
  const Hdf5Handle space(H5Dget_space(column.get()), H5Sclose);
  if (!space.valid()) return std::nullopt;
  const int dimensions = H5Sget_simple_extent_ndims(space.get());
  if (dimensions < 1) return std::nullopt;
  std::vector<hsize_t> shape(static_cast<std::size_t>(dimensions));
  H5Sget_simple_extent_dims(space.get(), shape.data(), nullptr);
  return shape;
}

// Where a column of `bytes` bytes lies in the file, when it lies there in one piece as `type` has
// it in memory.
const std::byte* place_of(const Hdf5Handle& column, hid_t type, std::size_t bytes,
                          std::span<const std::byte> map) {
  const Hdf5Handle stored(H5Dget_type(column.get()), H5Tclose);
  if (!stored.valid() || H5Tequal(stored.get(), type) <= 0) return nullptr;
  const haddr_t offset =
      H5Dget_offset(column.get());  // undefined unless contiguous and in this file
  if (offset == HADDR_UNDEF || offset > map.size() || bytes > map.size() - offset) return nullptr;
  const std::byte* place = map.data() + offset;
  const bool aligned = reinterpret_cast<std::uintptr_t>(place) % H5Tget_size(type) == 0;
  return aligned ? place : nullptr;
}

}  // namespace

Hdf5File::Hdf5File(const fs::path& path, std::span<const std::byte> map)
    : path_(path), map_(map), file_(H5Fopen(path.c_str(), H5F_ACC_RDONLY, H5P_DEFAULT), H5Fclose) {
  if (!file_.valid()) throw Error(path, "can't be read as HDF5: " + hdf5_complaint());
}

std::optional<std::string> Hdf5File::text_attribute(const char* name) const {
  const Hdf5Handle attribute(H5Aopen(file_.get(), name, H5P_DEFAULT), H5Aclose);
  if (!attribute.valid()) return std::nullopt;
  const Hdf5Handle type(H5Aget_type(attribute.get()), H5Tclose);
  const Hdf5Handle space(H5Aget_space(attribute.get()), H5Sclose);
  if (H5Tget_class(type.get()) != H5T_STRING || H5Tis_variable_str(type.get()) > 0 ||
      H5Sget_simple_extent_npoints(space.get()) != 1) {
    return std::nullopt;
  }
  std::string text(H5Tget_size(type.get()), '\0');
  if (H5Aread(attribute.get(), type.get(), text.data()) < 0) return std::nullopt;
  text.resize(text.find_last_not_of('\0') + 1);
  return text;
}

std::optional<std::uint64_t> Hdf5File::number_attribute(const char* name) const {
  const Hdf5Handle attribute(H5Aopen(file_.get(), name, H5P_DEFAULT), H5Aclose);
  if (!attribute.valid()) return std::nullopt;
  const Hdf5Handle space(H5Aget_space(attribute.get()), H5Sclose);
  if (H5Sget_simple_extent_npoints(space.get()) != 1) return std::nullopt;
  std::uint64_t value = 0;
  if (H5Aread(attribute.get(), H5T_NATIVE_UINT64, &value) < 0) return std::nullopt;
  return value;
}

template <class T>
Hdf5Column<T> Hdf5File::column(const char* name) const {
  const Hdf5Handle column(H5Dopen2(file_.get(), name, H5P_DEFAULT), H5Dclose);
  if (!column.valid()) throw Error(path_, std::string("has no data set '") + name + "'");
  Hdf5Column<T> found;
  const auto shape = shape_of(column);
  if (!shape) throw Error(path_, std::string("data set '") + name + "' is a single value");
  found.shape = *shape;
  const std::size_t count =
      std::accumulate(found.shape.begin(), found.shape.end(), hsize_t{1}, std::multiplies<>());
  if (count == 0) return found;
  if (const std::byte* place = place_of(column, native_type<T>(), count * sizeof(T), map_)) {
    found.values = {reinterpret_cast<const T*>(place), count};
    return found;
  }
  found.own.resize(count);
  if (H5Dread(column.get(), native_type<T>(), H5S_ALL, H5S_ALL, H5P_DEFAULT, found.own.data()) <
      0) {
    throw Error(path_, std::string("can't read data set '") + name + "': " + hdf5_complaint());
  }
  found.values = found.own;
  return found;
}

template Hdf5Column<std::uint8_t> Hdf5File::column(const char*) const;
template Hdf5Column<std::uint32_t> Hdf5File::column(const char*) const;
template Hdf5Column<std::uint64_t> Hdf5File::column(const char*) const;

}  // namespace ag::data
