#include "tests/e2e/train/tracked_metrics.h"

#include <SQLiteCpp/SQLiteCpp.h>

namespace ag::test {

double mean_of_last(const std::filesystem::path& database, const std::string& metric) {
  SQLite::Database db(database.string());
  SQLite::Statement query(
      db,
      "SELECT AVG(m.value) FROM metric m JOIN metric_name n ON n.key = m.name WHERE n.name = ? AND "
      "m.epoch = (SELECT total_epochs FROM run WHERE key = m.run)");
  query.bind(1, metric);
  query.executeStep();
  return query.getColumn(0).getDouble();
}

}  // namespace ag::test
