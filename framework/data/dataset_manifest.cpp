#include "framework/data/dataset_manifest.h"

#include <fmt/format.h>
#include <xxhash.h>

#include <cstdint>
#include <nlohmann/json.hpp>
#include <numeric>

#include "framework/core/atomic_file.h"
#include "framework/core/error.h"

namespace ag::data {
namespace fs = std::filesystem;
namespace {

using Json = nlohmann::ordered_json;

constexpr char kFormat[] = "agtrain dataset";

template <class T>
Json or_null(const std::optional<T>& value) {
  return value ? Json(*value) : Json(nullptr);
}

template <class T>
std::optional<T> optional_at(const Json& json, const char* key) {
  const Json& value = json.at(key);
  return value.is_null() ? std::nullopt : std::optional<T>(value.get<T>());
}

Encoding encoding_of(const std::string& name, const fs::path& path) {
  for (const Encoding encoding : {Encoding::kJpeg, Encoding::kRaw}) {
    if (name == encoding_name(encoding)) return encoding;
  }
  throw Error(path, "encoding '" + name + "' isn't known", "run agprep of this version again");
}

void check_format(const Json& json, const fs::path& path) {
  if (!json.is_object() || json.value("format", "") != kFormat) {
    throw Error(path, "describes no data set of agprep");
  }
  const int version = json.at("version").get<int>();
  if (version != kManifestVersion) {
    throw Error(path,
                fmt::format("is a data set of version {}, and this program reads version {}",
                            version, kManifestVersion),
                "run agprep of this version again");
  }
}

DatasetInfo parse(const Json& json, const fs::path& path) {
  DatasetInfo info;
  info.name = json.at("name").get<std::string>();
  info.source = json.at("source").get<std::string>();
  info.encoding = encoding_of(json.at("encoding").get<std::string>(), path);
  info.width = json.at("width").get<int>();
  info.height = json.at("height").get<int>();
  info.size = optional_at<int>(json, "size");
  info.margin = optional_at<double>(json, "margin");
  if (json.contains("licence")) info.licence = optional_at<std::string>(json, "licence");
  for (std::size_t i = 0; i < kSplits; ++i) {
    info.counts[i] = json.at("counts").at(split_name(static_cast<Split>(i))).get<std::uint32_t>();
  }
  for (const Json& pair : json.at("rejections")) {
    info.rejections.emplace_back(pair.at(0).get<std::string>(), pair.at(1).get<std::uint64_t>());
  }
  for (const auto& [key, value] : json.at("options").items()) {
    info.options.emplace_back(key, value.get<std::string>());
  }
  for (const Json& shard : json.at("shards")) {
    info.shards.push_back(
        {shard.at("name").get<std::string>(), shard.at("count").get<std::uint32_t>(),
         shard.at("bytes").get<std::uint64_t>(), shard.at("hash").get<std::string>()});
  }
  info.content_hash = json.at("content_hash").get<std::string>();
  return info;
}

void check_sums(const DatasetInfo& info, const fs::path& path) {
  const std::uint64_t samples =
      std::accumulate(info.counts.begin(), info.counts.end(), std::uint64_t{0});
  std::uint64_t rows = 0;
  for (const ShardInfo& shard : info.shards) {
    rows += shard.count;
    if (fs::path(shard.name).filename() != shard.name) {
      throw Error(path, "shard '" + shard.name + "' isn't a file name");
    }
  }
  if (rows != samples || content_hash(info) != info.content_hash) {
    throw Error(path, "contradicts itself: it was changed after agprep wrote it",
                "run agprep again with --overwrite");
  }
}

}  // namespace

std::string manifest_text(const DatasetInfo& info) {
  Json json = {{"format", kFormat},
               {"version", kManifestVersion},
               {"name", info.name},
               {"source", info.source},
               {"encoding", encoding_name(info.encoding)},
               {"width", info.width},
               {"height", info.height},
               {"size", or_null(info.size)},
               {"margin", or_null(info.margin)},
               {"licence", or_null(info.licence)}};
  for (std::size_t i = 0; i < kSplits; ++i) {
    json["counts"][split_name(static_cast<Split>(i))] = info.counts[i];
  }
  json["rejections"] = Json::array();
  for (const auto& [reason, rows] : info.rejections) {
    json["rejections"].push_back(Json::array({reason, rows}));
  }
  json["options"] = Json::object();
  for (const auto& [key, value] : info.options) json["options"][key] = value;
  json["content_hash"] = info.content_hash;
  json["shards"] = Json::array();
  for (const ShardInfo& shard : info.shards) {
    json["shards"].push_back({{"name", shard.name},
                              {"count", shard.count},
                              {"bytes", shard.bytes},
                              {"hash", shard.hash}});
  }
  // Text of the user's (a path) may be in any encoding; what isn't UTF-8 is replaced.
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

DatasetInfo read_manifest(const fs::path& folder) {
  const fs::path path = folder / kManifestName;
  if (!fs::exists(path)) {
    throw usage_error(folder, "holds no data set (no dataset.json)",
                      "run agprep to make one, or check dataset.path");
  }
  try {
    const Json json = Json::parse(read_file(path));
    check_format(json, path);
    DatasetInfo info = parse(json, path);
    check_sums(info, path);
    return info;
  } catch (const Json::exception& problem) {
    throw Error(path, std::string("can't be understood: ") + problem.what(),
                "run agprep again with --overwrite");
  }
}

std::string content_hash(const DatasetInfo& info) {
  std::string text =
      fmt::format("{} {} {}\n", encoding_name(info.encoding), info.width, info.height);
  for (const ShardInfo& shard : info.shards)
    text += fmt::format("{} {}\n", shard.count, shard.hash);
  const XXH128_hash_t hash = XXH3_128bits(text.data(), text.size());
  return fmt::format("{:016x}{:016x}", hash.high64, hash.low64);
}

}  // namespace ag::data
