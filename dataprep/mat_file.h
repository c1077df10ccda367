// MAT files through the matio library: owners of what it hands out, and values out of its
// variables.
#pragma once

#include <matio.h>

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace ag::dataprep {

struct MatCloser {
  void operator()(mat_t* file) const { Mat_Close(file); }
  void operator()(matvar_t* variable) const { Mat_VarFree(variable); }
};
using MatFile = std::unique_ptr<mat_t, MatCloser>;
using MatVariable = std::unique_ptr<matvar_t, MatCloser>;

// Opens for reading. Throws Error.
MatFile open_mat(const std::filesystem::path& path);

std::size_t element_count(const matvar_t& variable);

// Elements of a numeric variable of any class; nothing for one of another kind.
std::optional<std::vector<double>> numbers_of(const matvar_t& variable);

// The text of a char variable as UTF-8; "" for an empty variable of any class, nothing for one of
// another kind.
std::optional<std::string> text_of(const matvar_t& variable);

// The texts in a cell array; nothing for what isn't one.
std::optional<std::vector<std::string>> texts_of(const matvar_t& variable);

}  // namespace ag::dataprep
