#include "dataprep/mat_file.h"

#include <array>
#include <bit>
#include <cstdint>
#include <fstream>
#include <functional>
#include <numeric>
#include <span>

#include "framework/core/error.h"

namespace ag::dataprep {
namespace {

template <class T>
std::vector<double> widened(const matvar_t& variable, std::size_t count) {
  const T* first = static_cast<const T*>(variable.data);
  return {first, first + count};
}

void append_utf8(std::string& text, std::uint32_t code) {
  const auto tail = [&text, code](int shift) {
    text += static_cast<char>(0x80 | (code >> shift & 0x3F));
  };
  if (code < 0x80) {
    text += static_cast<char>(code);
  } else if (code < 0x800) {
    text += static_cast<char>(0xC0 | code >> 6);
    tail(0);
  } else if (code < 0x10000) {
    text += static_cast<char>(0xE0 | code >> 12);
    tail(6);
    tail(0);
  } else {
    text += static_cast<char>(0xF0 | code >> 18);
    tail(12);
    tail(6);
    tail(0);
  }
}

constexpr bool is_high_surrogate(std::uint32_t unit) {
  return unit >= 0xD800 && unit < 0xDC00;
}
constexpr bool is_low_surrogate(std::uint32_t unit) {
  return unit >= 0xDC00 && unit < 0xE000;
}
constexpr std::uint32_t kReplacement = 0xFFFD;

std::string utf8_of(std::span<const std::uint16_t> units) {
  std::string text;
  for (std::size_t i = 0; i < units.size(); ++i) {
    const std::uint32_t unit = units[i];
    if (is_high_surrogate(unit) && i + 1 < units.size() && is_low_surrogate(units[i + 1])) {
      append_utf8(text, 0x10000 + ((unit - 0xD800) << 10) + (units[++i] - 0xDC00u));
    } else if (is_high_surrogate(unit) || is_low_surrogate(unit)) {
      append_utf8(text, kReplacement);
    } else {
      append_utf8(text, unit);
    }
  }
  return text;
}

std::string latin1_to_utf8(std::span<const std::uint8_t> bytes) {
  std::string text;
  for (const std::uint8_t byte : bytes) append_utf8(text, byte);
  return text;
}

// Version 5 is a header and elements, each with its kind and its size in front. matio doesn't ask
// whether the last one is all there, and makes up what of it isn't.
bool whole_version_5(const std::filesystem::path& path) {
  constexpr std::uint64_t kHeaderBytes = 128;
  constexpr std::streamoff kByteOrderAt = 126;
  const std::uint64_t size = std::filesystem::file_size(path);
  std::ifstream in(path, std::ios::binary);
  std::array<char, 2> order{};
  in.seekg(kByteOrderAt).read(order.data(), order.size());
  const bool swapped = order[0] != (std::endian::native == std::endian::little ? 'I' : 'M');
  std::uint64_t at = kHeaderBytes;
  while (in && at < size) {
    std::array<std::uint32_t, 2> tag{};  // kind, bytes
    in.seekg(static_cast<std::streamoff>(at)).read(reinterpret_cast<char*>(tag.data()), sizeof tag);
    at += sizeof tag + (swapped ? __builtin_bswap32(tag[1]) : tag[1]);
  }
  return in && at == size;
}

}  // namespace

MatFile open_mat(const std::filesystem::path& path) {
  if (!std::filesystem::is_regular_file(path)) {
    throw usage_error(path, "isn't there", "check the path given to --mat");
  }
  MatFile file(Mat_Open(path.c_str(), MAT_ACC_RDONLY));
  // Of what is no MAT file at all matio thinks that it is one of version 4, which has no header.
  if (!file || Mat_GetVersion(file.get()) == MAT_FT_MAT4) {
    throw Error(path, "isn't a MAT file of version 5 or 7.3", "--mat takes imdb.mat or wiki.mat");
  }
  if (Mat_GetVersion(file.get()) == MAT_FT_MAT5 && !whole_version_5(path)) {
    throw Error(path, "was cut short", "copy it again");
  }
  return file;
}

std::size_t element_count(const matvar_t& variable) {
  return std::accumulate(variable.dims, variable.dims + variable.rank, std::size_t{1},
                         std::multiplies<>());
}

std::optional<std::vector<double>> numbers_of(const matvar_t& variable) {
  const std::size_t count = element_count(variable);
  if (variable.isComplex || (variable.data == nullptr && count > 0)) return std::nullopt;
  // matio gives a narrowed double back as double, so the class alone says what lies in memory.
  switch (variable.class_type) {
    case MAT_C_DOUBLE:
      return widened<double>(variable, count);
    case MAT_C_SINGLE:
      return widened<float>(variable, count);
    case MAT_C_INT8:
      return widened<std::int8_t>(variable, count);
    case MAT_C_UINT8:
      return widened<std::uint8_t>(variable, count);
    case MAT_C_INT16:
      return widened<std::int16_t>(variable, count);
    case MAT_C_UINT16:
      return widened<std::uint16_t>(variable, count);
    case MAT_C_INT32:
      return widened<std::int32_t>(variable, count);
    case MAT_C_UINT32:
      return widened<std::uint32_t>(variable, count);
    case MAT_C_INT64:
      return widened<std::int64_t>(variable, count);
    case MAT_C_UINT64:
      return widened<std::uint64_t>(variable, count);
    default:
      return std::nullopt;
  }
}

std::optional<std::string> text_of(const matvar_t& variable) {
  if (element_count(variable) == 0) return "";
  if (variable.class_type != MAT_C_CHAR || variable.data == nullptr) return std::nullopt;
  switch (variable.data_type) {
    case MAT_T_UTF8:
      return std::string(static_cast<const char*>(variable.data), variable.nbytes);
    case MAT_T_INT8:
    case MAT_T_UINT8:
      return latin1_to_utf8({static_cast<const std::uint8_t*>(variable.data), variable.nbytes});
    case MAT_T_UINT16:
    case MAT_T_UTF16:
      return utf8_of({static_cast<const std::uint16_t*>(variable.data), variable.nbytes / 2});
    default:
      return std::nullopt;
  }
}

std::optional<std::vector<std::string>> texts_of(const matvar_t& variable) {
  if (variable.class_type != MAT_C_CELL) return std::nullopt;
  const std::span<matvar_t* const> cells(static_cast<matvar_t* const*>(variable.data),
                                         element_count(variable));
  std::vector<std::string> texts;
  texts.reserve(cells.size());
  for (const matvar_t* cell : cells) {
    std::optional<std::string> text = cell == nullptr ? "" : text_of(*cell);
    if (!text) return std::nullopt;
    texts.push_back(std::move(*text));
  }
  return texts;
}

}  // namespace ag::dataprep
