// What an HDF5 file's data sets and attributes hold. Internal to Hdf5Group.
#pragma once

#include <ATen/core/Tensor.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "framework/nn/weights/hdf5_object.h"

namespace ag::weights {

// A data set of numbers: floating point of 16, 32 or 64 bits as such, integers as 64 bits.
// `name` is for messages. Only what lies in the file in one piece is read: no chunks, no filters,
// no other files.
at::Tensor hdf5_tensor(const Hdf5Bytes& file, const Hdf5Object& dataset, const std::string& name);

struct Hdf5Attribute {
  std::string name;
  std::string_view type, space, data;  // as they lie in the file
};
std::vector<Hdf5Attribute> hdf5_attributes(const Hdf5Bytes& file, const Hdf5Object& object);

// The texts of an attribute, whether of one width or of any. Throws Error where it holds something
// else; without elements it holds none, whatever its type.
std::vector<std::string> hdf5_texts(const Hdf5Bytes& file, const Hdf5Attribute& attribute);

}  // namespace ag::weights
