#include "dataprep/csv_file.h"

#include <fmt/format.h>

#include <algorithm>

#include "framework/core/atomic_file.h"
#include "framework/core/error.h"

namespace ag::dataprep {
namespace {

constexpr char kByteOrderMark[] = "\xEF\xBB\xBF";

}  // namespace

CsvReader::CsvReader(const std::filesystem::path& path) : path_(path), text_(read_file(path)) {
  if (text_.starts_with(kByteOrderMark)) at_ = sizeof kByteOrderMark - 1;
}

bool CsvReader::take_line_end() {
  const std::size_t end = text_.compare(at_, 2, "\r\n") == 0 ? 2 : 1;
  if (at_end() || (end == 1 && text_[at_] != '\n')) return false;
  at_ += end;
  ++line_;
  return true;
}

std::string CsvReader::plain_field() {
  std::size_t end = std::min(text_.find_first_of(",\n", at_), text_.size());
  std::string field = text_.substr(at_, end - at_);
  at_ = end;
  const bool before_line_end = at_end() || text_[at_] == '\n';
  if (before_line_end && field.ends_with('\r')) {
    field.pop_back();
    if (!at_end()) --at_;
  }
  return field;
}

std::string CsvReader::quoted_field() {
  const std::size_t opened = line_;
  std::string field;
  for (++at_; !at_end(); ++at_) {
    const char c = text_[at_];
    const bool doubled = c == '"' && at_ + 1 < text_.size() && text_[at_ + 1] == '"';
    if (c == '"' && !doubled) {
      ++at_;
      return field;
    }
    if (doubled) ++at_;
    if (c == '\n') ++line_;
    field += c;
  }
  throw Error(fmt::format("{}:{}", path_.string(), opened), "a quote is opened and never closed",
              "close it, or write a quote inside of a field twice");
}

bool CsvReader::next(CsvRecord& record) {
  while (take_line_end()) {
  }
  if (at_end()) return false;
  record = {.line = line_};
  while (true) {
    const bool quoted = !at_end() && text_[at_] == '"';
    record.fields.push_back(quoted ? quoted_field() : plain_field());
    // Behind a closing quote there is a comma, the line's end, or what doesn't belong there.
    if (quoted && !plain_field().empty()) record.broken = true;
    if (at_end() || take_line_end()) return true;
    ++at_;
  }
}

}  // namespace ag::dataprep
