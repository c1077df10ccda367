#include "dataprep/people_csv.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

#include "dataprep/csv_file.h"
#include "framework/core/atomic_file.h"
#include "framework/core/error.h"
#include "tests/support/temporary_folder.h"

namespace ag::dataprep {
namespace {
using ::testing::ElementsAre;
using ::testing::HasSubstr;

class Csv : public ::testing::Test {
 protected:
  std::vector<CsvRecord> records(const std::string& text) {
    write_file_atomically(path_, text);
    CsvReader reader(path_);
    std::vector<CsvRecord> all;
    for (CsvRecord record; reader.next(record);) all.push_back(record);
    return all;
  }

  std::vector<SourceRow> rows(const std::string& text, const PeopleRules& rules = {}) {
    write_file_atomically(path_, text);
    return read_people_csv(path_, rules).rows;
  }

  std::string complaint(const std::string& text) {
    try {
      rows(text);
      return "";
    } catch (const Error& error) {
      code_ = error.code();
      return error.what();
    }
  }

  test::TemporaryFolder folder_;
  std::filesystem::path path_ = folder_ / "people.csv";
  ExitCode code_ = ExitCode::kDone;
};

using CsvReading = Csv;
using PeopleCsv = Csv;

TEST_F(CsvReading, takes_quotes_commas_and_line_ends_as_rfc_4180_does) {
  const auto read = records("a,b\r\n\"c, \"\"d\"\"\",\"e\r\nf\"\r\n,\"\"\n\n\"g\",");
  ASSERT_EQ(read.size(), 4u);
  EXPECT_THAT(read[0].fields, ElementsAre("a", "b"));
  EXPECT_THAT(read[1].fields, ElementsAre("c, \"d\"", "e\r\nf"));
  EXPECT_THAT(read[2].fields, ElementsAre("", ""));
  EXPECT_THAT(read[3].fields, ElementsAre("g", ""));
  EXPECT_EQ(read[0].line, 1u);
  EXPECT_EQ(read[1].line, 2u);
  EXPECT_EQ(read[2].line, 4u);  // a quoted field took a line of its own
  EXPECT_EQ(read[3].line, 6u);  // line 5 is empty
}

TEST_F(CsvReading, gives_the_same_without_a_byte_order_mark_and_without_a_last_line_end) {
  EXPECT_THAT(records("\xEF\xBB\xBFpath,age")[0].fields, ElementsAre("path", "age"));
  EXPECT_THAT(records("path,age\r\n")[0].fields, ElementsAre("path", "age"));
  EXPECT_TRUE(records("").empty());
  EXPECT_TRUE(records("\n\r\n").empty());
}

TEST_F(CsvReading, marks_a_record_with_text_behind_a_quote_and_goes_on) {
  const auto read = records("\"a\"b,c\nd,e\n");
  ASSERT_EQ(read.size(), 2u);
  EXPECT_TRUE(read[0].broken);
  EXPECT_FALSE(read[1].broken);
  EXPECT_THAT(read[1].fields, ElementsAre("d", "e"));
}

TEST_F(PeopleCsv, finds_its_columns_in_any_order_case_and_company) {
  const auto read = rows("Identity,note, GENDER ,Path,age\nanna,x,f,a/1.jpg,34\n,y,M,b.jpg,7\n");
  ASSERT_EQ(read.size(), 2u);
  EXPECT_EQ(read[0].defect, std::nullopt);
  EXPECT_EQ(read[0].path, "a/1.jpg");
  EXPECT_EQ(read[0].person, "anna");
  EXPECT_EQ(read[0].age, 34);
  EXPECT_EQ(read[0].gender, 0);
  EXPECT_EQ(read[0].position, 2u);
  EXPECT_EQ(read[1].person, "");
  EXPECT_EQ(read[1].gender, 1);
  EXPECT_EQ(read[1].position, 3u);
}

TEST_F(PeopleCsv, knows_both_genders_by_number_letter_and_word) {
  for (const std::string word : {"0", "f", "F", "female", "Female", " FEMALE "}) {
    EXPECT_EQ(rows("path,age,gender\na,1," + word)[0].gender, 0) << word;
  }
  for (const std::string word : {"1", "m", "M", "male", "Male", "\"male\""}) {
    EXPECT_EQ(rows("path,age,gender\na,1," + word)[0].gender, 1) << word;
  }
}

TEST_F(PeopleCsv, counts_a_row_under_the_rule_that_it_breaks) {
  struct Case {
    const char* row;
    std::optional<Reason> reason;
  };
  for (const Case& c : std::vector<Case>{{"a.jpg,34,f", std::nullopt},
                                         {"a.jpg,34.9,f", std::nullopt},
                                         {"a.jpg,0,f", std::nullopt},
                                         {"a.jpg,100,f", std::nullopt},
                                         {"a.jpg,34", Reason::kMalformed},
                                         {"a.jpg,34,f,more", Reason::kMalformed},
                                         {",34,f", Reason::kMalformed},
                                         {"a.jpg,,f", Reason::kMalformed},
                                         {"a.jpg,34 years,f", Reason::kMalformed},
                                         {"a.jpg,nan,f", Reason::kMalformed},
                                         {"a.jpg,inf,f", Reason::kMalformed},
                                         {"\"a\"b,34,f", Reason::kMalformed},
                                         {"a.jpg,34,", Reason::kGenderUnknown},
                                         {"a.jpg,34,2", Reason::kGenderUnknown},
                                         {"a.jpg,200,x", Reason::kGenderUnknown},
                                         {"a.jpg,101,f", Reason::kAgeOutOfRange},
                                         {"a.jpg,-1,f", Reason::kAgeOutOfRange},
                                         {"a.jpg,-0.5,f", Reason::kAgeOutOfRange},
                                         {"a.jpg,1e300,f", Reason::kAgeOutOfRange}}) {
    EXPECT_EQ(rows(std::string("path,age,gender\n") + c.row)[0].defect, c.reason) << c.row;
  }
}

TEST_F(PeopleCsv, drops_a_fraction_of_a_year_and_goes_by_the_ages_it_is_given) {
  EXPECT_EQ(rows("path,age,gender\na,34.9,f")[0].age, 34);
  const PeopleRules rules{.min_age = 18, .max_age = 60};
  const auto read = rows("path,age,gender\na,17,f\na,18,f\na,60.5,f\na,61,f", rules);
  EXPECT_EQ(read[0].defect, Reason::kAgeOutOfRange);
  EXPECT_EQ(read[1].defect, std::nullopt);
  EXPECT_EQ(read[2].defect, std::nullopt);
  EXPECT_EQ(read[3].defect, Reason::kAgeOutOfRange);
}

TEST_F(PeopleCsv, a_header_without_a_column_is_a_usage_error_that_names_it_and_those_found) {
  EXPECT_THAT(complaint("path,sex,age\na,1,f\n"),
              HasSubstr("people.csv:1: has no column 'gender', only 'path', 'sex', 'age'"));
  EXPECT_EQ(code_, ExitCode::kUsage);
  EXPECT_THAT(complaint("path;age;gender\n"),
              HasSubstr("has no column 'path', only 'path;age;gender'; the first line names"));
  EXPECT_THAT(complaint("path,age,gender,Age\n"), HasSubstr("has two columns 'age'"));
  EXPECT_EQ(code_, ExitCode::kUsage);
}

TEST_F(PeopleCsv, an_empty_file_a_missing_one_and_an_open_quote_are_one_complaint) {
  EXPECT_THAT(complaint(""), HasSubstr("people.csv: is empty"));
  EXPECT_THAT(complaint("path,age,gender\na,1,f\n\"b,2,f\nc,3,m\n"),
              HasSubstr("people.csv:3: a quote is opened and never closed"));
  path_ = folder_ / "nobody.csv";
  EXPECT_THROW(read_people_csv(path_, {}), Error);
}

}  // namespace
}  // namespace ag::dataprep
