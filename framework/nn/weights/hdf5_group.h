// A group of an HDF5 file that is not to be trusted: only what the file itself holds is reached (no
// soft or external links, no data outside of it), and nothing larger than what is stored is made.
#pragma once

#include <ATen/core/Tensor.h>

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "framework/core/hdf5/hdf5_handle.h"

namespace ag::weights {

class Hdf5Group {
 public:
  // The root of a file, or of a file in memory. Throw Error.
  static Hdf5Group open_file(const std::filesystem::path& path);
  static Hdf5Group open_image(const std::filesystem::path& path, std::vector<char> image);

  const std::string& path() const { return path_; }  // the file, for messages

  std::vector<std::string> children() const;
  // `name` may be several groups deep ("a/b"). Nothing where there is none, or it isn't a group.
  std::optional<Hdf5Group> find_group(const std::string& name) const;
  // Throws Error where it is missing, foreign or damaged. Floating point stays of its width,
  // integers become 64 bits wide.
  at::Tensor read_tensor(const std::string& name) const;

  bool has_attribute(const std::string& name) const;
  std::optional<std::string> text_attribute(const std::string& name) const;
  // An attribute's texts, or those of name0, name1, … joined. Empty where there are none.
  std::vector<std::string> texts(const std::string& name) const;

 private:
  Hdf5Group(std::string path, std::shared_ptr<Hdf5Handle> file, Hdf5Handle group);
  static Hdf5Group root_of(const std::string& path, Hdf5Handle file);

  // The object that a chain of hard links leads to; not valid where there is none.
  Hdf5Handle open_object(const std::string& name) const;
  std::optional<std::vector<std::string>> one_attribute(const std::string& name) const;

  std::string path_;
  std::shared_ptr<Hdf5Handle>
      file_;  // shared by all groups of a file, which is closed with the last
  Hdf5Handle group_;
};

}  // namespace ag::weights
