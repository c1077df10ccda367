// Comma-separated text, record by record (RFC 4180).
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

namespace ag::dataprep {

struct CsvRecord {
  std::vector<std::string> fields;  // without their quotes
  std::size_t line = 1;             // that it begins on, from 1
  bool broken = false;              // text follows a closing quote
};

// Lines end in LF or CRLF, the last one perhaps in nothing. Empty lines are no records, and a byte
// order mark is none of the first field. One thread.
class CsvReader {
 public:
  // Reads the whole file. Throws Error.
  explicit CsvReader(const std::filesystem::path& path);

  // The next record; false when there is none left. Throws Error, naming the line, when a quote is
  // never closed: where the record was to end, nobody knows.
  bool next(CsvRecord& record);

 private:
  bool at_end() const { return at_ == text_.size(); }
  bool take_line_end();
  std::string plain_field();
  std::string quoted_field();

  std::filesystem::path path_;
  std::string text_;
  std::size_t at_ = 0;
  std::size_t line_ = 1;
};

}  // namespace ag::dataprep
