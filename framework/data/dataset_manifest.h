// dataset.json: what a data set folder holds. It is written last, so a folder without it holds no
// data set.
//
//   {"format": "agtrain dataset", "version": 1,
//    "name": "imdb", "source": "/faces/imdb.mat",
//    "encoding": "jpeg", "width": 0, "height": 0,      width and height: raw only
//    "size": 224, "margin": 0.4,                       null where not known
//    "licence": "research use only",                   null, or left out, where not known
//    "counts": {"train": 3573, "val": 893, "test": 0},
//    "rejections": [["no face", 12], …],               in the order in which the rules are tried
//    "options": {"seed": "1", …},                      as agprep was told
//    "content_hash": "…",
//    "shards": [{"name": "shard-00000.h5", "count": 4466, "bytes": 38273024, "hash": "…"}, …]}
#pragma once

#include <filesystem>
#include <string>

#include "framework/data/dataset.h"

namespace ag::data {

inline constexpr char kManifestName[] = "dataset.json";
inline constexpr int kManifestVersion = 1;

std::string manifest_text(const DatasetInfo& info);

// Reads and checks folder/dataset.json. Throws a usage Error where it isn't there, and Error: not
// JSON, of another version, a key missing or of the wrong kind, counts that don't add up.
DatasetInfo read_manifest(const std::filesystem::path& folder);

// 32 hex digits of everything that decides what a sample is: the shards' hashes in their order, and
// how pictures are stored.
std::string content_hash(const DatasetInfo& info);

}  // namespace ag::data
