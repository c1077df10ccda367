// Small helpers for what people read and write: numbers with thousands, durations, sizes, dates,
// fields of CSV, the nearest word to a mistyped one, the number that a text is.
#pragma once

#include <charconv>
#include <cstdint>
#include <ctime>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <system_error>

namespace ag {

std::string with_thousands(std::int64_t number);  // 4384039 -> "4,384,039"
std::string short_duration(double seconds);       // "0:07", "12:03", "2:09:12"
std::string short_bytes(std::uint64_t bytes);     // "873 B", "2.1 GB" (powers of 1000)
std::string percent(double share);                // 0.612 -> "61.2%"
std::string local_date(std::time_t time);         // "2025-11-24" in the local time zone

// "1 picture", "4,384,039 pictures".
std::string counted(std::int64_t count, std::string_view noun);

// As a field of CSV (RFC 4180): quoted where it has a comma, a quote or a line's end.
std::string csv_field(std::string_view text);

// Columns that a UTF-8 text takes on a terminal: control sequences and combining marks none, East
// Asian characters and emoji two, all others one.
int display_columns(std::string_view text);
// `text`, or its beginning with "…" behind it, in at most `columns` columns. Control sequences
// stay, those behind the cut too, so that colours end where they should.
std::string cut_to_columns(std::string_view text, int columns);

// The candidate with the smallest edit distance to `word` (adjacent swaps count one; ties: the
// first), or "" when none is near enough to be a likely slip of the hand.
std::string nearest_word(std::string_view word, std::span<const std::string> candidates);

// The number that the whole of `text` is, as std::from_chars reads it ("inf" and "nan" are floating
// numbers, too); none where anything stands before or behind it, or it is out of range.
template <class Number>
std::optional<Number> number_of(std::string_view text) {
  Number number{};
  const char* const end = text.data() + text.size();
  const auto [stopped, failure] = std::from_chars(text.data(), end, number);
  if (failure != std::errc() || stopped != end) return std::nullopt;
  return number;
}
// The same without "inf" and "nan".
std::optional<double> finite_number_of(std::string_view text);

}  // namespace ag
