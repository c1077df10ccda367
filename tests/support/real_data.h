// Real faces and metadata, which aren't the project's to hand on: tests use them where they lie.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <optional>
#include <string_view>

namespace ag::test {

// `relative` below $AG_REAL_DATA, else below ../shared/data beside the sources; nothing where it
// isn't there, and then a test skips: GTEST_SKIP() << kNoRealData.
inline std::optional<std::filesystem::path> real_data(std::string_view relative) {
  const char* told = std::getenv("AG_REAL_DATA");
  const std::filesystem::path root =
      told != nullptr ? std::filesystem::path(told)
                      : std::filesystem::path(AG_SOURCE_DIR) / ".." / "shared" / "data";
  const std::filesystem::path path = root / relative;
  if (!std::filesystem::exists(path)) return std::nullopt;
  return path;
}

inline constexpr char kNoRealData[] = "no real data here; AG_REAL_DATA names its folder";

}  // namespace ag::test
