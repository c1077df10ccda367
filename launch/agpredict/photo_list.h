// Which photos a command line means.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace ag::predict {

struct PhotoSource {
  std::filesystem::path path;  // empty: standard input
  std::string name;            // as it is told: the path, or "-"
  std::filesystem::path copy;  // its annotated copy's path below the folder of copies
};

// Files in the order in which they are named, those of a folder (and of the folders in it) by name:
// the ones whose names end like JPEG or PNG files. A word that is no file and has one of *?[ is a
// pattern. No two copies have the same path. Throws Error for a word that means no file, and for
// standard input that is named twice.
std::vector<PhotoSource> list_photos(const std::vector<std::string>& words);

}  // namespace ag::predict
