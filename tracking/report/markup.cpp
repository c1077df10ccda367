#include "tracking/report/markup.h"

namespace ag::report {
namespace {

constexpr unsigned char kFirstPrintable = 0x20;
constexpr unsigned char kDelete = 0x7f;
constexpr std::string_view kReplacement = "\uFFFD";

bool is_control(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return (byte < kFirstPrintable && c != '\n' && c != '\t') || byte == kDelete;
}

}  // namespace

std::string escaped(std::string_view text) {
  std::string safe;
  for (const char c : text) {
    switch (c) {
      case '&':
        safe += "&amp;";
        break;
      case '<':
        safe += "&lt;";
        break;
      case '>':
        safe += "&gt;";
        break;
      case '"':
        safe += "&quot;";
        break;
      case '\'':
        safe += "&#39;";
        break;
      default:
        if (is_control(c)) {
          safe += kReplacement;
        } else {
          safe += c;
        }
    }
  }
  return safe;
}

}  // namespace ag::report
