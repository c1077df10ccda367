// Fills a configuration struct from YAML files and `key=value` words, and checks it.
//
// Later sources win. Every complaint is an ag::Error with exit code 2 that names the source (file
// and line, or the command line), the key, and the nearest valid key or the values allowed.
#pragma once

#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "framework/config/visitor.h"

namespace ag::config {

class ConfigReader {
 public:
  // `visit` walks the struct to fill, which must outlive the reader.
  explicit ConfigReader(Visit visit);

  // A key of the files' top level that isn't the struct's: whoever calls reads it.
  void leave(const std::string& key) { left_.insert(key); }

  void read_file(const std::filesystem::path& path);
  // `name` stands for the file in messages.
  void read_text(const std::string& yaml, const std::string& name);
  // `assignment` is "optimizer.lr=0.1"; the value is read as YAML, so null, lists and quotes work.
  // `where` is the place that it comes from, for messages.
  void assign(std::string_view assignment, const std::string& where = "command line");
  // Checks every rule. Call it once after the last source.
  void validate() const;

 private:
  Visit visit_;
  std::set<std::string> left_;
  std::map<std::string, std::string> origin_;  // where each key that was set came from
};

// load(): what nearly every program wants: defaults, then the file, then the words, then the check.
template <class Config>
Config load(const std::filesystem::path& file, const std::vector<std::string>& assignments) {
  Config config;
  ConfigReader reader(visit_of(config));
  reader.read_file(file);
  for (const std::string& assignment : assignments) reader.assign(assignment);
  reader.validate();
  return config;
}

}  // namespace ag::config
