// A group of an HDF5 file that is not to be trusted.
//
// HDF5's own library is made for files that it wrote itself: a changed byte can crash it or keep it
// busy for ever. So weights are read by this reader, which knows the part of the format that Keras
// writes, never looks beyond the file (no soft or external links, no data in other files) nor
// outside its bounds, and makes nothing larger than what is stored.
#pragma once

#include <ATen/core/Tensor.h>

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "framework/nn/weights/hdf5_object.h"
#include "framework/nn/weights/hdf5_values.h"

namespace ag::weights {

class Hdf5Group {
 public:
  // The root of a file in memory; `path` is for messages. Throws Error.
  static Hdf5Group open(const std::filesystem::path& path, std::vector<char> bytes);

  const std::string& path() const { return file_->bytes.path(); }

  // By name, groups and data sets.
  const std::vector<Hdf5Link>& children() const { return links_; }
  // `name` may be several groups deep ("a/b"). Nothing where there is none, or it isn't a group.
  std::optional<Hdf5Group> find_group(const std::string& name) const;
  // Throws Error where it is missing, damaged or no array of numbers, or where all tensors read so
  // far are more than the file holds. Floating point stays of its width, integers become 64 bits
  // wide.
  at::Tensor read_tensor(const std::string& name) const;

  std::optional<std::string> text_attribute(const std::string& name) const;
  // An attribute's texts, or those of name0, name1, … joined. Empty where there are none.
  std::vector<std::string> texts(const std::string& name) const;

 private:
  struct File {
    Hdf5Bytes bytes;
    std::uint64_t taken = 0;  // by tensors: a data set that is named again and again adds up
  };

  Hdf5Group(std::shared_ptr<File> file, const Hdf5Object& object);

  // The object that a chain of links leads to.
  std::optional<Hdf5Object> find_object(const std::string& name) const;
  const Hdf5Attribute* find_attribute(const std::string& name) const;

  std::shared_ptr<File> file_;  // shared by all groups of a file
  std::vector<Hdf5Link> links_;
  std::vector<Hdf5Attribute> attributes_;
};

}  // namespace ag::weights
