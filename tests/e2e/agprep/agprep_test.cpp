// The commands of agprep as a person types them: what they leave, and what they say of mistakes.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/mount.h>

#include <cstring>
#include <filesystem>
#include <fstream>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "dataprep/imdb_mat.h"
#include "dataprep/imdb_rules.h"
#include "framework/core/atomic_file.h"
#include "framework/data/dataset.h"
#include "tests/support/real_data.h"
#include "tests/support/shell.h"
#include "tests/support/temporary_folder.h"

namespace ag {
namespace {
namespace fs = std::filesystem;
using data::Dataset;
using data::Split;
using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Pair;
using ::testing::StartsWith;

constexpr Split kAllSplits[] = {Split::kTrain, Split::kValidation, Split::kTest};

class AgprepTest : public ::testing::Test {
 protected:
  static constexpr int kPictures = 250;  // so that there is one row of every defect

  test::ShellAnswer agprep(const std::string& arguments) const {
    return test::run_shell("'" AG_AGPREP "' " + arguments, folder_.path());
  }
  void must(const std::string& arguments) const {
    const test::ShellAnswer answer = agprep(arguments);
    ASSERT_EQ(answer.code, 0) << answer.error;
  }
  void draw_sample(const std::string& name, int seed = 1) const {
    must(fmt::format("sample --out {} --count {} --size 64 --seed {}", name, kPictures, seed));
  }
  // Expects one line on stderr that holds `text`, and nothing on stdout.
  void expect_complaint(const std::string& arguments, int code, const std::string& text) const {
    const test::ShellAnswer answer = agprep(arguments);
    EXPECT_EQ(answer.code, code) << answer.error;
    EXPECT_THAT(answer.error, AllOf(StartsWith("agprep: "), HasSubstr(text)));
    EXPECT_EQ(answer.error.find('\n'), answer.error.size() - 1) << answer.error;
    EXPECT_EQ(answer.out, "");
  }
  fs::path at(const std::string& name) const { return folder_ / name; }

  test::TemporaryFolder folder_;
};

// Contents of every file below `folder`, by its path from there.
std::map<std::string, std::string> files_below(const fs::path& folder) {
  std::map<std::string, std::string> files;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    if (!entry.is_regular_file()) continue;
    files[fs::relative(entry.path(), folder).string()] = read_file(entry.path());
  }
  return files;
}

std::map<std::string, std::uint64_t> rejections_of(const Dataset& dataset) {
  const auto& rejections = dataset.info().rejections;
  return {rejections.begin(), rejections.end()};
}

std::int64_t size_of(const Dataset& dataset) {
  std::int64_t samples = 0;
  for (const Split split : kAllSplits) samples += dataset.size(split);
  return samples;
}

TEST_F(AgprepTest, sample_draws_the_same_set_for_the_same_seed_alone) {
  draw_sample("a", 7);
  draw_sample("b", 7);
  draw_sample("c", 8);
  const auto a = files_below(at("a"));
  EXPECT_EQ(a, files_below(at("b")));
  EXPECT_NE(a, files_below(at("c")));
  EXPECT_EQ(a.size(), std::size_t{kPictures});  // one picture is missing, and there is imdb.mat
}

TEST_F(AgprepTest, imdb_finds_every_defect_of_the_sample_and_puts_no_person_on_two_sides) {
  draw_sample("sample");
  must("imdb --mat sample/imdb.mat --images sample --out faces --test 0.1");
  const Dataset dataset = Dataset::open(at("faces"));
  const auto table = dataprep::read_imdb_mat(at("sample") / "imdb.mat");
  ASSERT_EQ(table.rows.size(), std::size_t{kPictures});

  std::map<double, std::set<Split>> sides;
  for (const Split split : kAllSplits) {
    EXPECT_GT(dataset.size(split), 0);
    for (std::int64_t i = 0; i < dataset.size(split); ++i) {
      const data::SampleView sample = dataset.sample(split, i);
      const dataprep::ImdbRow& row = table.rows[sample.labels.source];
      sides[row.celeb_id].insert(split);
      const dataprep::SourceRow cleaned = dataprep::clean(row, {});
      EXPECT_EQ(cleaned.defect, std::nullopt);
      EXPECT_EQ(sample.labels.age, cleaned.age);
      EXPECT_EQ(sample.labels.gender, cleaned.gender);
      const std::string file = read_file(at("sample") / row.full_path);
      EXPECT_EQ(std::memcmp(sample.picture.data(), file.data(), file.size()), 0);
    }
  }
  for (const auto& [person, of] : sides) EXPECT_EQ(of.size(), 1u) << person;

  std::uint64_t rejected = 0;
  for (const auto& [reason, rows] : dataset.info().rejections) {
    EXPECT_GE(rows, 1u) << reason;
    rejected += rows;
  }
  EXPECT_EQ(rejected + static_cast<std::uint64_t>(size_of(dataset)), std::uint64_t{kPictures});
}

TEST_F(AgprepTest, imdb_makes_the_same_data_set_with_any_number_of_threads) {
  draw_sample("sample");
  must("imdb --mat sample/imdb.mat --images sample --out one --name same --threads 1");
  must("imdb --mat sample/imdb.mat --images sample --out many --name same --threads 7");
  EXPECT_EQ(files_below(at("one")), files_below(at("many")));
}

TEST_F(AgprepTest, csv_makes_a_data_set_and_reports_bad_rows_by_their_lines) {
  draw_sample("sample");
  std::vector<std::string> pictures;
  for (const auto& [path, content] : files_below(at("sample"))) {
    if (path.ends_with(".jpg") && content.size() > 1000) pictures.push_back(path);
  }
  std::ofstream(at("people.csv")) << "gender,path,age,identity\n"
                                  << "f," << pictures[0] << ",34,anna\n"
                                  << "male,\"" << pictures[1] << "\",61,ben\n"
                                  << "m," << pictures[2] << ",sixty,ben\n"
                                  << "x," << pictures[3] << ",40,\n"
                                  << "1," << pictures[4] << ",140,\n"
                                  << "0,nowhere.jpg,20,\n"
                                  << "FEMALE," << pictures[5] << ",12,anna\n";
  const test::ShellAnswer answer = agprep("csv people.csv --images sample --out people --val 0.5");
  ASSERT_EQ(answer.code, 0) << answer.error;
  const Dataset dataset = Dataset::open(at("people"));
  EXPECT_EQ(size_of(dataset), 3);
  EXPECT_THAT(
      dataset.info().rejections,
      ElementsAre(Pair("malformed row", 1), Pair("gender unknown", 1), Pair("age out of range", 1),
                  Pair("file missing", 1), Pair("file empty", 0), Pair("picture unreadable", 0)));
  std::map<std::uint32_t, data::SampleLabels> by_row;
  for (const Split split : kAllSplits) {
    for (std::int64_t i = 0; i < dataset.size(split); ++i) {
      const data::SampleLabels labels = dataset.labels(split, i);
      by_row[labels.source] = labels;
    }
  }
  EXPECT_EQ(by_row[0].age, 34);
  EXPECT_EQ(by_row[1].gender, 1);
  EXPECT_EQ(by_row[6].age, 12);
  EXPECT_EQ(by_row[0].identity, by_row[6].identity);
  EXPECT_EQ(by_row[0].split, by_row[6].split);
  EXPECT_NE(by_row[0].identity, by_row[1].identity);
  const std::string report = read_file(at("people") / "report.csv");
  EXPECT_THAT(report, HasSubstr("\n2,4," + pictures[2] + ",malformed row,"));
  EXPECT_THAT(report, HasSubstr("\n3,5," + pictures[3] + ",gender unknown,"));
  EXPECT_THAT(report, HasSubstr("\n4,6," + pictures[4] + ",age out of range,"));
  EXPECT_THAT(report, HasSubstr("\n5,7,nowhere.jpg,file missing,"));
}

TEST_F(AgprepTest, csv_keeps_a_split_that_is_given) {
  draw_sample("sample");
  std::ofstream table(at("people.csv"));
  table << "path,age,gender,split\n";
  const std::vector<std::string> words = {"train", "Val", "test", "val", "train", "nowhere"};
  std::size_t row = 0;
  for (const auto& [path, content] : files_below(at("sample"))) {
    if (!path.ends_with(".jpg") || content.size() <= 1000 || row == words.size()) continue;
    table << path << ",30,f," << words[row++] << "\n";
  }
  table.close();
  ASSERT_EQ(row, words.size());
  must("csv people.csv --images sample --out people --val 0.9");
  const Dataset dataset = Dataset::open(at("people"));
  EXPECT_EQ(dataset.size(Split::kTrain), 2);
  EXPECT_EQ(dataset.size(Split::kValidation), 2);
  EXPECT_EQ(dataset.size(Split::kTest), 1);
  EXPECT_EQ(dataset.labels(Split::kTest, 0).source, 2u);
  EXPECT_THAT(dataset.info().rejections, Contains(Pair("malformed row", 1)));
}

TEST_F(AgprepTest, mistakes_get_one_line_that_says_how_to_mend_them) {
  draw_sample("sample");
  std::ofstream(at("people.csv")) << "path,sex,age\na.jpg,f,3\n";
  expect_complaint("imdb --mat people.csv --images sample --out out", 1, "isn't a MAT file");
  expect_complaint("imdb --mat nobody.mat --images sample --out out", 2,
                   "nobody.mat: isn't there; check the path given to --mat");
  expect_complaint("imdb --mat sample/imdb.mat --images nowhere --out out", 2,
                   "nowhere: isn't a folder; check the path given to --images");
  expect_complaint("imdb --mat sample/imdb.mat --images . --out out", 2,
                   "--images is the folder that the table's paths start from");
  expect_complaint("imdb --mat sample/imdb.mat --images sample", 2, "--out: is needed");
  expect_complaint("csv people.csv --images sample --out out", 2, "has no column 'gender'");
  EXPECT_FALSE(fs::exists(at("out")));
  expect_complaint("imd --mat sample/imdb.mat", 2, "no command 'imd'; did you mean imdb?");
}

TEST_F(AgprepTest, a_data_set_that_is_there_is_replaced_only_when_told_to) {
  draw_sample("sample");
  const std::string command = "imdb --mat sample/imdb.mat --images sample --out faces";
  must(command);
  const auto before = files_below(at("faces"));
  expect_complaint(command + " --seed 2", 2, "faces: holds a data set already; add --overwrite");
  EXPECT_EQ(files_below(at("faces")), before);
  must(command + " --seed 2 --overwrite");
  EXPECT_NE(files_below(at("faces")), before);
  expect_complaint(fmt::format("sample --out sample --count {}", kPictures), 2,
                   "sample: holds an imdb.mat already; add --overwrite");
}

TEST_F(AgprepTest, info_tells_again_what_packing_told) {
  draw_sample("sample");
  const test::ShellAnswer packed = agprep("imdb --mat sample/imdb.mat --images sample --out faces");
  const test::ShellAnswer info = agprep("info faces");
  EXPECT_EQ(info.code, 0) << info.error;
  EXPECT_THAT(info.out, StartsWith(packed.out));
  EXPECT_THAT(info.out, HasSubstr("kept" + std::string(29, ' ') + "240\n"));
  expect_complaint("info sample", 2, "sample: holds no data set");
}

TEST_F(AgprepTest, verify_names_the_shard_and_row_of_a_picture_that_changed) {
  draw_sample("sample");
  must("imdb --mat sample/imdb.mat --images sample --out faces");
  must("verify faces");
  const fs::path path = at("faces") / "shard-00000.h5";
  std::string shard = read_file(path);
  // A picture's bytes begin with FF D8 FF; this is inside of the first that there is.
  const std::size_t picture = shard.find("\xFF\xD8\xFF");
  ASSERT_NE(picture, std::string::npos);
  shard[picture + 100] = static_cast<char>(shard[picture + 100] ^ 1);
  write_file_atomically(path, shard);
  const test::ShellAnswer answer = agprep("verify faces");
  EXPECT_EQ(answer.code, 1);
  EXPECT_THAT(answer.error, AllOf(HasSubstr("shard-00000.h5"), HasSubstr("row 0")));
}

TEST_F(AgprepTest, a_full_disk_is_one_complaint_and_no_file) {
  draw_sample("sample");
  const fs::path disk = at("disk");
  fs::create_directories(disk);
  if (::mount("tmpfs", disk.c_str(), "tmpfs", 0, "size=200k") != 0) {
    GTEST_SKIP() << "only root may mount the small disk that this fills";
  }
  expect_complaint("imdb --mat sample/imdb.mat --images sample --out disk/faces", 1,
                   "No space left on device; free some space");
  const auto left = files_below(disk);
  ::umount(disk.c_str());
  EXPECT_THAT(left, IsEmpty());
}

// Counts of 6,438 real faces: 12 rows were given each defect by hand, and scores under 3 are counts
// of NumPy; where two defects meet in a row, the first counts.
TEST_F(AgprepTest, real_faces_are_kept_and_left_out_as_numpy_counts) {
  const auto faces = test::real_data("faces");
  if (!faces) GTEST_SKIP() << test::kNoRealData;
  must(fmt::format("imdb --mat {0}/imdb.mat --images {0} --out faces", faces->string()));
  const Dataset dataset = Dataset::open(at("faces"));
  EXPECT_EQ(size_of(dataset), 4'466);
  const std::map<std::string, std::uint64_t> expected = {{"no face", 12},
                                                         {"face score too low", 1'902},
                                                         {"second face", 10},
                                                         {"gender unknown", 9},
                                                         {"birth date impossible", 8},
                                                         {"age out of range", 8},
                                                         {"file missing", 8},
                                                         {"file empty", 7},
                                                         {"picture unreadable", 8}};
  EXPECT_EQ(rejections_of(dataset), expected);
}

TEST_F(AgprepTest, the_real_wiki_table_is_counted_without_its_pictures) {
  const auto wiki = test::real_data("wiki.mat");
  if (!wiki) GTEST_SKIP() << test::kNoRealData;
  const test::ShellAnswer answer = agprep("imdb --dry-run --mat " + wiki->string());
  ASSERT_EQ(answer.code, 0) << answer.error;
  const std::vector<std::pair<std::string, std::string>> expected = {
      {"rows", "62,328"},         {"no face", "18,016"},     {"face score too low", "19,269"},
      {"second face", "2,447"},   {"gender unknown", "441"}, {"birth date impossible", "0"},
      {"age out of range", "16"}, {"kept", "22,139"}};
  for (const auto& [label, count] : expected) {
    EXPECT_THAT(answer.out, ::testing::ContainsRegex(fmt::format("{} +{}\n", label, count)));
  }
}

}  // namespace
}  // namespace ag
