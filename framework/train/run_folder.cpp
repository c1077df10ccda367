#include "framework/train/run_folder.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>

#include "framework/core/atomic_file.h"
#include "framework/core/error.h"
#include "framework/core/text.h"

namespace ag::train {
namespace fs = std::filesystem;
namespace {

constexpr const char* kExtension = ".safetensors";
constexpr const char* kStepPrefix = "step-";

std::vector<std::string> run_ids(const fs::path& directory) {
  std::vector<std::string> ids;
  std::error_code ignored;
  for (const fs::directory_entry& entry : fs::directory_iterator(directory, ignored)) {
    if (entry.is_directory()) ids.push_back(entry.path().filename());
  }
  return ids;
}

// The one run whose id is or begins with `what`; `where` is what complaints begin with.
std::string find_run(const std::string& where, const std::string& what, const fs::path& directory) {
  const std::vector<std::string> ids = run_ids(directory);
  if (std::find(ids.begin(), ids.end(), what) != ids.end()) return what;
  std::vector<std::string> matches;
  std::copy_if(ids.begin(), ids.end(), std::back_inserter(matches),
               [&what](const std::string& id) { return id.starts_with(what); });
  if (matches.size() == 1) return matches.front();
  if (matches.size() > 1) {
    throw usage_error(where,
                      fmt::format("{} runs begin so in {}", matches.size(), directory.string()),
                      "give more of the id");
  }
  const std::string nearest = nearest_word(what, ids);
  throw usage_error(
      where, fmt::format("there is neither such a file nor such a run in {}", directory.string()),
      nearest.empty() ? "agtrack list shows the runs" : fmt::format("did you mean {}?", nearest));
}

}  // namespace

void prepare_for_runs(const fs::path& directory) {
  make_folder(directory);
  if (::access(directory.c_str(), W_OK | X_OK) != 0) throw system_error("write to", directory);
}

RunFolder::RunFolder(const fs::path& directory, const std::string& run_id)
    : path_(directory / run_id) {}

fs::path RunFolder::step_file(std::int64_t step) const {
  return path_ / fmt::format("{}{:08}{}", kStepPrefix, step, kExtension);
}

fs::path RunFolder::best_file() const {
  return path_ / (std::string("best") + kExtension);
}

fs::path RunFolder::card_of_best() const {
  return best_file().replace_extension(".md");
}

std::vector<fs::path> RunFolder::step_files() const {
  std::vector<fs::path> files;
  std::error_code ignored;
  for (const fs::directory_entry& entry : fs::directory_iterator(path_, ignored)) {
    const std::string name = entry.path().filename();
    if (name.starts_with(kStepPrefix) && name.ends_with(kExtension)) files.push_back(entry.path());
  }
  std::sort(files.rbegin(), files.rend());  // steps are zero-padded, so names sort as steps do
  return files;
}

void RunFolder::prune(std::int64_t keep) const {
  const std::vector<fs::path> files = step_files();
  for (std::size_t i = static_cast<std::size_t>(keep); i < files.size(); ++i) {
    std::error_code ignored;  // a checkpoint too many does no harm
    fs::remove(files[i], ignored);
  }
}

std::vector<fs::path> resume_candidates(const std::string& what, const fs::path& directory) {
  if (what == "auto") {
    std::vector<fs::path> files;
    for (const std::string& id : run_ids(directory)) {
      for (const fs::path& file : RunFolder(directory, id).step_files()) files.push_back(file);
    }
    std::sort(files.begin(), files.end(), [](const fs::path& a, const fs::path& b) {
      return fs::last_write_time(a) > fs::last_write_time(b);
    });
    return files;
  }
  if (fs::is_regular_file(what)) return {what};
  const RunFolder folder(directory, find_run("--resume " + what, what, directory));
  std::vector<fs::path> files = folder.step_files();
  if (files.empty()) {
    throw usage_error("--resume " + what, "this run has saved no checkpoint",
                      "start it anew without --resume");
  }
  return files;
}

fs::path checkpoint_to_use(const std::string& what, const fs::path& directory) {
  if (fs::is_regular_file(what)) return what;
  const fs::path named = fs::path(what).lexically_normal();
  const bool is_folder = fs::is_directory(named);
  const RunFolder folder =
      is_folder ? RunFolder(named, "") : RunFolder(directory, find_run(what, what, directory));
  if (fs::is_regular_file(folder.best_file())) return folder.best_file();
  const std::vector<fs::path> files = folder.step_files();
  if (!files.empty()) return files.front();
  throw usage_error(what, "holds no checkpoint", "name a run that has saved one, or a file");
}

}  // namespace ag::train
