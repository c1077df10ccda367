// The tables of a tracking database, and how an older database becomes one of today's.
// docs/reference/tracking_schema.md says the same for readers of other languages.
#pragma once

#include <SQLiteCpp/Database.h>

#include <span>
#include <string>
#include <string_view>

namespace ag::tracking {

// Stands in the file's header (PRAGMA application_id, "agtr"): tells a tracking database from any
// other SQLite file.
inline constexpr int kApplicationId = 0x61677472;

// Step i takes a database from version i to version i + 1; an empty file has version 0. Steps are
// never changed once released, only added.
std::span<const std::string_view> migrations();

// Brings the database to the version that `steps` lead to, in one transaction, so that any number
// of processes may do it at once. Throws usage_error, naming `path`, for an SQLite file of another
// kind and for a database of a newer version; SQLite::Exception when it can't be written.
void migrate(SQLite::Database& database, const std::string& path,
             std::span<const std::string_view> steps = migrations());

// Throws usage_error unless the database is one of today's: for a file that may only be read.
void require_current(SQLite::Database& database, const std::string& path);

}  // namespace ag::tracking
