// State dicts that torch.save wrote. Two forms:
//
//   zip      NAME/data.pkl, a pickle that refers to storages by key; NAME/data/KEY, their bytes;
//            NAME/byteorder
//   stream   (before torch 1.6, or _use_new_zipfile_serialization=False) five pickles: a magic
//            number, the protocol 1001, a dictionary that says little_endian, the object, the list
//            of its storages' keys; then for each key 8 bytes with its number of elements and the
//            bytes
#pragma once

#include <filesystem>

#include "framework/nn/weights/state_dict.h"
#include "framework/nn/weights/zip_archive.h"

namespace ag::weights {

bool is_torch_archive(const ZipArchive& archive);
// Both throw Error as read_weights() does.
StateDict read_torch_archive(const ZipArchive& archive);
StateDict read_torch_stream(const std::filesystem::path& path);

}  // namespace ag::weights
