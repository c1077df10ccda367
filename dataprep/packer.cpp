#include "dataprep/packer.h"

#include <fmt/format.h>

#include <algorithm>

#include "dataprep/report.h"
#include "framework/core/error.h"
#include "framework/core/ordered_work.h"
#include "framework/core/progress.h"
#include "framework/core/text.h"
#include "framework/data/dataset_writer.h"
#include "framework/data/permutation.h"

namespace ag::dataprep {
namespace fs = std::filesystem;
namespace {

// Rows that nothing is wrong with so far.
std::vector<std::uint32_t> good_rows(const Source& source) {
  std::vector<std::uint32_t> good;
  for (std::uint32_t row = 0; row < source.rows.size(); ++row) {
    if (!source.rows[row].defect) good.push_back(row);
  }
  return good;
}

void check_files(Source& source, const PackOptions& options) {
  const std::vector<std::uint32_t> rows = good_rows(source);
  Progress progress("looking for pictures", static_cast<std::int64_t>(rows.size()));
  std::size_t missing = 0;
  using Work = OrderedWork<std::optional<Reason>>;
  Work work(rows.size(), options.threads, [&]() -> Work::Make {
    return [&](std::size_t i) { return file_defect(options.images / source.rows[rows[i]].path); };
  });
  work.run([&](std::size_t i, std::optional<Reason> defect) {
    source.rows[rows[i]].defect = defect;
    missing += defect == Reason::kFileMissing ? 1 : 0;
    progress.update(static_cast<std::int64_t>(i) + 1);
  });
  progress.clear();
  if (!rows.empty() && missing == rows.size()) {
    throw usage_error(options.images,
                      fmt::format("none of the {} pictures is there, '{}' for one",
                                  with_thousands(static_cast<std::int64_t>(missing)),
                                  source.rows[rows.front()].path),
                      "--images is the folder that the table's paths start from");
  }
}

// The samples in the order in which they are stored, with their labels.
struct Plan {
  std::vector<std::uint32_t> rows;
  std::vector<data::SampleLabels> labels;
};

Plan make_plan(const Source& source, const SplitOptions& options) {
  const std::vector<std::uint32_t> rows = good_rows(source);
  std::vector<std::string> persons;
  persons.reserve(rows.size());
  for (const std::uint32_t row : rows) persons.push_back(source.rows[row].person);
  const std::vector<std::uint32_t> identities = number_persons(persons);
  const std::vector<data::Split> drawn = split_pictures(identities, options);
  const auto count = static_cast<std::uint32_t>(rows.size());
  Plan plan;
  for (std::uint32_t position = 0; position < count; ++position) {
    const std::uint32_t i = data::permute(options.seed, 0, position, count);
    const SourceRow& row = source.rows[rows[i]];
    plan.rows.push_back(rows[i]);
    plan.labels.push_back(
        {row.age, row.gender, identities[i], rows[i], row.split.value_or(drawn[i])});
  }
  return plan;
}

data::DatasetInfo describe(const Source& source, const PackOptions& options) {
  data::DatasetInfo about;
  about.name = options.name;
  about.source = source.file;
  about.encoding = options.store.encoding;
  if (about.encoding == data::Encoding::kRaw) {
    about.width = options.store.size;
    about.height = options.store.size;
  }
  if (options.store.size > 0) about.size = options.store.size;
  about.margin = options.margin;
  about.licence = options.licence;
  about.options = options.told;
  return about;
}

// Fills the writer and marks unreadable pictures in `source`. Returns how many samples were stored.
std::int64_t store_pictures(Source& source, const Plan& plan, const PackOptions& options,
                            data::DatasetWriter& writer) {
  Progress progress("packing", static_cast<std::int64_t>(plan.rows.size()));
  std::int64_t stored = 0;
  using Work = OrderedWork<StoredPicture>;
  Work work(plan.rows.size(), options.threads, [&]() -> Work::Make {
    return [&options, &source, &plan,
            store = std::make_shared<PictureStore>(options.store)](std::size_t i) {
      return store->prepare(options.images / source.rows[plan.rows[i]].path);
    };
  });
  work.run([&](std::size_t i, const StoredPicture& picture) {
    source.rows[plan.rows[i]].defect = picture.defect;
    if (!picture.defect) {
      writer.add(picture.bytes, plan.labels[i]);
      ++stored;
    }
    progress.update(static_cast<std::int64_t>(i) + 1);
  });
  progress.clear();
  return stored;
}

// There is no report of a data set that couldn't be written.
void finish(const Source& source, const Plan& plan, const PackOptions& options,
            data::DatasetWriter& writer) {
  const fs::path report = options.out / kReportName;
  try {
    write_report(report, source, plan.labels);
    writer.commit(count_reasons(source, true));
  } catch (...) {
    std::error_code ignored;
    fs::remove(report, ignored);
    throw;
  }
}

}  // namespace

ReasonCounts count_reasons(const Source& source, bool files) {
  std::vector<Reason> reasons = source.reasons;
  if (files) {
    reasons.insert(reasons.end(), {Reason::kFileMissing, Reason::kFileEmpty, Reason::kUnreadable});
  }
  ReasonCounts counts;
  for (const Reason reason : reasons) {
    const auto rows = std::count_if(source.rows.begin(), source.rows.end(),
                                    [reason](const SourceRow& r) { return r.defect == reason; });
    counts.emplace_back(reason_name(reason), static_cast<std::uint64_t>(rows));
  }
  return counts;
}

data::Dataset pack(Source& source, const PackOptions& options) {
  data::require_no_dataset(options.out, options.overwrite);
  check_files(source, options);
  const Plan plan = make_plan(source, options.split);
  data::DatasetWriter writer(options.out, describe(source, options), options.shard_bytes,
                             options.overwrite);
  if (store_pictures(source, plan, options, writer) == 0) {
    throw Error(source.file, "no picture is left after cleaning: " +
                                 reasons_in_words(count_reasons(source, true)));
  }
  finish(source, plan, options, writer);
  return data::Dataset::open(options.out);
}

}  // namespace ag::dataprep
