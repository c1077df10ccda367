// Writes small HDF5 files for tests, as Keras does or as an attacker would.
#pragma once

#include <hdf5.h>

#include <algorithm>
#include <filesystem>
#include <numeric>
#include <string>
#include <vector>

#include "framework/core/hdf5/hdf5_handle.h"

namespace ag::test {

class Hdf5Writer {
 public:
  explicit Hdf5Writer(const std::filesystem::path& path, hid_t access = H5P_DEFAULT)
      : file_(H5Fcreate(path.c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, access), H5Fclose) {}

  hid_t file() const { return file_.get(); }

  void group(const std::string& path) const {
    const Hdf5Handle made(
        H5Gcreate2(file(), path.c_str(), parents().get(), H5P_DEFAULT, H5P_DEFAULT), H5Gclose);
  }

  // Texts of one width, as h5py stores NumPy's.
  void texts(const std::string& path, const std::string& name,
             const std::vector<std::string>& values) const {
    std::size_t width = 1;
    for (const std::string& value : values) width = std::max(width, value.size());
    std::string bytes;
    for (std::string value : values) {
      value.resize(width, '\0');
      bytes += value;
    }
    const Hdf5Handle type(H5Tcopy(H5T_C_S1), H5Tclose);
    H5Tset_size(type.get(), width);
    const hsize_t count = values.size();
    const Hdf5Handle space(H5Screate_simple(1, &count, nullptr), H5Sclose);
    const Hdf5Handle object(H5Oopen(file(), path.c_str(), H5P_DEFAULT), H5Oclose);
    const Hdf5Handle attribute(
        H5Acreate2(object.get(), name.c_str(), type.get(), space.get(), H5P_DEFAULT, H5P_DEFAULT),
        H5Aclose);
    H5Awrite(attribute.get(), type.get(), bytes.data());
  }

  // 0, 1, 2, … from `first` on.
  void numbers(const std::string& path, const std::vector<hsize_t>& shape, float first = 0) const {
    const auto count = std::accumulate(shape.begin(), shape.end(), hsize_t{1}, std::multiplies<>());
    std::vector<float> values(count);
    std::iota(values.begin(), values.end(), first);
    const Hdf5Handle space(H5Screate_simple(static_cast<int>(shape.size()), shape.data(), nullptr),
                           H5Sclose);
    const Hdf5Handle made = dataset(path, H5T_NATIVE_FLOAT, space, H5P_DEFAULT);
    H5Dwrite(made.get(), H5T_NATIVE_FLOAT, H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data());
  }

  Hdf5Handle dataset(const std::string& path, hid_t type, const Hdf5Handle& space,
                     hid_t plan) const {
    return {H5Dcreate2(file(), path.c_str(), type, space.get(), parents().get(), plan, H5P_DEFAULT),
            H5Dclose};
  }

 private:
  // Makes the groups on the way too.
  static Hdf5Handle parents() {
    Hdf5Handle plan(H5Pcreate(H5P_LINK_CREATE), H5Pclose);
    H5Pset_create_intermediate_group(plan.get(), 1);
    return plan;
  }

  Hdf5Handle file_;
};

}  // namespace ag::test
