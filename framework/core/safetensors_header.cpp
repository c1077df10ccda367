#include "framework/core/safetensors_header.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <limits>
#include <nlohmann/json.hpp>
#include <unordered_set>
#include <utility>

#include "framework/core/error.h"

namespace ag {
namespace {

struct DtypeEntry {
  std::string_view name;
  std::size_t bytes;
};

// In the order of Dtype.
constexpr std::array<DtypeEntry, 13> kDtypes = {{{"BOOL", 1},
                                                 {"U8", 1},
                                                 {"I8", 1},
                                                 {"I16", 2},
                                                 {"U16", 2},
                                                 {"F16", 2},
                                                 {"BF16", 2},
                                                 {"I32", 4},
                                                 {"U32", 4},
                                                 {"F32", 4},
                                                 {"F64", 8},
                                                 {"I64", 8},
                                                 {"U64", 8}}};

using Json = nlohmann::json;

// Takes the parser's events one by one and stops it at the first that doesn't fit, so that no tree
// is ever built from what a stranger wrote.
class HeaderReader : public nlohmann::json_sax<Json> {
 public:
  SafetensorsHeader header;
  std::string complaint;  // set when the parser was stopped

  bool start_object(std::size_t) override {
    if (depth_ >= 2 || in_list()) return refuse("nests too deep");
    ++depth_;
    return true;
  }

  bool end_object() override {
    --depth_;
    return depth_ == 0 || in_metadata_ || finish_tensor();
  }

  bool key(std::string& text) override {
    if (depth_ == 2) {
      field_ = text;
      return true;
    }
    if (!names_.insert(text).second) return refuse(fmt::format("names {} twice", in_quotes(text)));
    name_ = text;
    in_metadata_ = name_ == kMetadataKey;
    tensor_ = {};
    seen_.clear();
    return true;
  }

  bool string(std::string& text) override {
    if (depth_ != 2 || in_list()) return refuse_value();
    if (in_metadata_) {
      return header.metadata.emplace(field_, text).second ||
             refuse(fmt::format("has the metadata key {} twice", in_quotes(field_)));
    }
    if (field_ != "dtype" || !first_time()) return refuse_value();
    const std::optional<Dtype> dtype = dtype_named(text);
    if (!dtype)
      return refuse(fmt::format("gives {} the unknown type {}", in_quotes(name_), in_quotes(text)));
    tensor_.dtype = *dtype;
    return true;
  }

  bool start_array(std::size_t) override {
    if (depth_ != 2 || in_metadata_ || in_list()) return refuse_value();
    if (field_ == "shape") {
      list_ = &shape_;
    } else if (field_ == "data_offsets") {
      list_ = &offsets_;
    } else {
      return refuse_value();
    }
    list_->clear();
    return first_time() || refuse_value();
  }

  bool end_array() override {
    list_ = nullptr;
    return true;
  }

  bool number_unsigned(number_unsigned_t number) override {
    if (!in_list()) return refuse_value();
    if (number > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max())) {
      return refuse_value();
    }
    list_->push_back(static_cast<std::int64_t>(number));
    return true;
  }

  bool null() override { return refuse_value(); }
  bool boolean(bool) override { return refuse_value(); }
  bool number_integer(number_integer_t) override { return refuse_value(); }
  bool number_float(number_float_t, const std::string&) override { return refuse_value(); }
  bool binary(binary_t&) override { return refuse_value(); }
  bool parse_error(std::size_t position, const std::string&,
                   const nlohmann::detail::exception&) override {
    return refuse(fmt::format("isn't JSON from byte {} on", position));
  }

 private:
  bool in_list() const { return list_ != nullptr; }
  // False when the tensor has had the field already.
  bool first_time() { return seen_.insert(field_).second; }

  bool refuse(std::string what) {
    complaint = std::move(what);
    return false;
  }
  bool refuse_value() {
    return refuse(depth_ < 2
                      ? fmt::format("has no tensor under {}", in_quotes(name_))
                      : fmt::format("has a wrong {} in {}", in_quotes(field_), in_quotes(name_)));
  }

  bool finish_tensor() {
    for (const char* field : {"dtype", "shape", "data_offsets"}) {
      if (!seen_.contains(field))
        return refuse(fmt::format("says no '{}' of {}", field, in_quotes(name_)));
    }
    if (offsets_.size() != 2 || offsets_[0] > offsets_[1]) {
      return refuse(fmt::format("has a wrong 'data_offsets' in {}", in_quotes(name_)));
    }
    const auto bytes = static_cast<std::uint64_t>(offsets_[1] - offsets_[0]);
    if (packed_bytes(tensor_.dtype, shape_) != bytes) {
      return refuse(fmt::format("gives {} {} bytes, which its shape and type don't",
                                in_quotes(name_), bytes));
    }
    tensor_.name = name_;
    tensor_.shape = shape_;
    tensor_.begin = static_cast<std::uint64_t>(offsets_[0]);
    tensor_.end = static_cast<std::uint64_t>(offsets_[1]);
    header.tensors.push_back(std::move(tensor_));
    return true;
  }

  int depth_ = 0;
  std::string name_;   // key at depth 1
  std::string field_;  // key at depth 2
  bool in_metadata_ = false;
  StoredTensor tensor_;
  std::vector<std::int64_t> shape_;
  std::vector<std::int64_t> offsets_;
  std::vector<std::int64_t>* list_ = nullptr;  // the one of them that is being filled
  std::unordered_set<std::string> names_;
  std::unordered_set<std::string> seen_;
};

}  // namespace

std::string_view dtype_name(Dtype dtype) {
  return kDtypes.at(static_cast<std::size_t>(dtype)).name;
}

std::size_t dtype_bytes(Dtype dtype) {
  return kDtypes.at(static_cast<std::size_t>(dtype)).bytes;
}

std::optional<Dtype> dtype_named(std::string_view name) {
  const auto found = std::ranges::find(kDtypes, name, &DtypeEntry::name);
  if (found == kDtypes.end()) return std::nullopt;
  return static_cast<Dtype>(found - kDtypes.begin());
}

std::optional<std::uint64_t> packed_bytes(Dtype dtype, std::span<const std::int64_t> shape) {
  std::uint64_t bytes = dtype_bytes(dtype);
  for (const std::int64_t size : shape) {
    if (size < 0 || __builtin_mul_overflow(bytes, static_cast<std::uint64_t>(size), &bytes)) {
      return std::nullopt;
    }
  }
  return bytes;
}

std::string in_quotes(std::string_view text) {
  constexpr std::size_t kLongest = 60;
  std::string shown(text.substr(0, kLongest));
  std::ranges::replace_if(
      shown, [](unsigned char c) { return c < ' ' || c > '~'; }, '?');
  return fmt::format("'{}{}'", shown, text.size() > kLongest ? "…" : "");
}

SafetensorsHeader parse_safetensors_header(std::string_view json,
                                           const std::filesystem::path& path) {
  HeaderReader reader;
  // The format wants the brace first. To the parser a zero byte would be the end of its input.
  const bool parsed = json.starts_with('{') && json.find('\0') == std::string_view::npos &&
                      Json::sax_parse(json, &reader);
  if (!parsed) {
    throw Error(path, "its header " + (reader.complaint.empty() ? "isn't JSON" : reader.complaint),
                "give a file in the safetensors format, undamaged");
  }
  return std::move(reader.header);
}

}  // namespace ag
