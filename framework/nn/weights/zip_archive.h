// A zip file's members, read whole.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

struct zip;

namespace ag::weights {

class ZipArchive {
 public:
  // Throws Error where it isn't a whole zip file.
  explicit ZipArchive(const std::filesystem::path& path);

  const std::filesystem::path& path() const { return path_; }
  // In the order of the file.
  const std::vector<std::string>& names() const { return names_; }
  bool contains(std::string_view name) const;

  // Throws Error where it isn't there, is damaged (its checksum is checked), is encrypted, or says
  // that it unpacks to more than its packed bytes can hold.
  std::vector<char> read(const std::string& name) const;

 private:
  struct Closer {
    void operator()(zip* archive) const;
  };

  std::filesystem::path path_;
  std::unique_ptr<zip, Closer> archive_;
  std::vector<std::string> names_;
};

}  // namespace ag::weights
