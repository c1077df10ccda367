#include "launch/agpredict/photo_list.h"

#include <fmt/format.h>
#include <glob.h>

#include <algorithm>
#include <array>
#include <set>

#include "framework/core/error.h"

namespace ag::predict {
namespace fs = std::filesystem;
namespace {

constexpr std::array kEndings = {".jpg", ".jpeg", ".jpe", ".jfif", ".png"};

bool has_photos_ending(const fs::path& path) {
  std::string ending = path.extension().string();
  std::ranges::transform(ending, ending.begin(), [](unsigned char c) { return std::tolower(c); });
  return std::ranges::find(kEndings, ending) != kEndings.end();
}

std::vector<fs::path> photos_in(const fs::path& folder) {
  std::vector<fs::path> photos;
  constexpr auto kSkipLocked = fs::directory_options::skip_permission_denied |
                               fs::directory_options::follow_directory_symlink;
  for (const auto& entry : fs::recursive_directory_iterator(folder, kSkipLocked)) {
    std::error_code gone;
    if (entry.is_regular_file(gone) && has_photos_ending(entry.path()))
      photos.push_back(entry.path());
  }
  if (photos.empty()) {
    throw usage_error(folder, "holds no JPEG or PNG file", "name a folder that does");
  }
  std::ranges::sort(photos);
  return photos;
}

// The paths that a shell's pattern matches, in the order of their names.
std::vector<fs::path> matches_of(const std::string& pattern) {
  glob_t found{};
  const int failure = ::glob(pattern.c_str(), GLOB_BRACE | GLOB_TILDE, nullptr, &found);
  std::vector<fs::path> paths(found.gl_pathv, found.gl_pathv + found.gl_pathc);
  ::globfree(&found);
  if (failure != 0) throw usage_error(pattern, "matches no file", "check the pattern");
  return paths;
}

class PhotoList {
 public:
  void add(const std::string& word) {
    if (word == "-") return add_standard_input();
    std::error_code unknown;
    if (fs::is_directory(word, unknown)) return add_folder(word);
    if (fs::exists(word, unknown) || word.find_first_of("*?[") == std::string::npos) {
      return add_file(word, fs::path(word).filename());
    }
    for (const fs::path& path : matches_of(word)) {
      fs::is_directory(path, unknown) ? add_folder(path) : add_file(path, path.filename());
    }
  }

  std::vector<PhotoSource> take() { return std::move(photos_); }

 private:
  void add_standard_input() {
    if (reads_input_) throw usage_error("-", "standard input is named twice", "name it once");
    reads_input_ = true;
    photos_.push_back({{}, "-", own("standard_input")});
  }

  void add_folder(const fs::path& folder) {
    for (const fs::path& path : photos_in(folder)) add_file(path, path.lexically_relative(folder));
  }

  // A file that isn't there is told when its turn comes, like one that can't be read.
  void add_file(const fs::path& path, const fs::path& below) {
    photos_.push_back({path, path.string(), own(below)});
  }

  // A copy is a JPEG, whatever the photo is.
  fs::path own(const fs::path& below) {
    fs::path copy = fs::path(below).replace_extension(".jpg");
    for (int number = 2; !copies_.insert(copy).second; ++number) {
      copy = below.parent_path() / fmt::format("{}-{}.jpg", below.stem().string(), number);
    }
    return copy;
  }

  std::vector<PhotoSource> photos_;
  std::set<fs::path> copies_;
  bool reads_input_ = false;
};

}  // namespace

std::vector<PhotoSource> list_photos(const std::vector<std::string>& words) {
  PhotoList list;
  for (const std::string& word : words) list.add(word);
  return list.take();
}

}  // namespace ag::predict
