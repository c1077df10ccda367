// The arrows between folders, read from the includes of every source: what a linker lets pass, as
// it does headers and folders of one target, is seen here.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace {

namespace fs = std::filesystem;

using Arrows = std::map<std::string, std::set<std::string>>;  // from folder to folder

// The folder of `#include "folder/file.h"`; empty: another line.
std::string included_folder(const std::string& line) {
  const std::string opening = "#include \"";
  if (!line.starts_with(opening)) return "";
  const std::string path = line.substr(opening.size(), line.rfind('"') - opening.size());
  return fs::path(path).parent_path().string();
}

void add_arrows(const fs::path& root, const fs::path& source, Arrows& arrows) {
  const std::string from = fs::relative(source.parent_path(), root).string();
  std::ifstream file(source);
  for (std::string line; std::getline(file, line);) {
    const std::string to = included_folder(line);
    if (!to.empty() && to != from && fs::is_directory(root / to)) arrows[from].insert(to);
  }
}

Arrows arrows_of_sources() {
  const fs::path root = AG_SOURCE_DIR;
  Arrows arrows;
  for (const char* top : {"framework", "dataprep", "tracking", "launch"}) {
    for (const auto& entry : fs::recursive_directory_iterator(root / top)) {
      const fs::path extension = entry.path().extension();
      if (extension == ".h" || extension == ".cpp" || extension == ".cu") {
        add_arrows(root, entry.path(), arrows);
      }
    }
  }
  return arrows;
}

// A way from `folder` back to a folder on `way`; empty: there is none. Adds what leads nowhere to
// `done`.
std::vector<std::string> circle(const Arrows& arrows, const std::string& folder,
                                std::vector<std::string>& way, std::set<std::string>& done) {
  if (done.contains(folder)) return {};
  const auto met = std::find(way.begin(), way.end(), folder);
  if (met != way.end()) return {met, way.end()};
  way.push_back(folder);
  const auto out = arrows.find(folder);
  if (out != arrows.end()) {
    for (const std::string& next : out->second) {
      auto found = circle(arrows, next, way, done);
      if (!found.empty()) return found;
    }
  }
  way.pop_back();
  done.insert(folder);
  return {};
}

TEST(Rooms, no_folder_needs_itself_by_way_of_another) {
  const Arrows arrows = arrows_of_sources();
  ASSERT_GT(arrows.size(), 15U);
  std::set<std::string> done;
  for (const auto& [folder, unused] : arrows) {
    std::vector<std::string> way;
    EXPECT_THAT(circle(arrows, folder, way, done), testing::IsEmpty());
  }
}

TEST(Rooms, a_circle_would_be_seen) {
  const Arrows arrows = {{"a", {"b", "d"}}, {"b", {"c"}}, {"c", {"b"}}};
  std::vector<std::string> way;
  std::set<std::string> done;
  EXPECT_THAT(circle(arrows, "a", way, done), testing::ElementsAre("b", "c"));
}

TEST(Rooms, arrows_point_from_programs_to_the_framework) {
  const std::map<std::string, std::vector<std::string>> never = {
      {"framework", {"dataprep", "tracking", "launch"}},
      {"dataprep", {"launch"}},
      {"tracking", {"framework/train", "framework/nn", "dataprep", "launch"}}};
  for (const auto& [from, tos] : arrows_of_sources()) {
    for (const auto& [top, forbidden] : never) {
      if (!(from + "/").starts_with(top + "/")) continue;
      for (const std::string& folder : forbidden) {
        EXPECT_FALSE(std::any_of(
            tos.begin(), tos.end(),
            [&](const std::string& to) { return (to + "/").starts_with(folder + "/"); }))
            << from << " includes headers of " << folder;
      }
    }
  }
}

}  // namespace
