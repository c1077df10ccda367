// What opening says of every way in which a data set can be wrong.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <hdf5.h>

#include <cstdlib>
#include <fstream>

#include "framework/core/atomic_file.h"
#include "framework/core/hdf5/hdf5_handle.h"
#include "framework/data/shard_format.h"
#include "tests/support/config_complaint.h"
#include "tests/support/temporary_folder.h"
#include "tests/unit/data/dataset_fixture.h"

namespace ag::data {
namespace {
namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

class DatasetErrors : public ::testing::Test {
 protected:
  void SetUp() override { write_fake_dataset(folder_.path(), 40, 500); }

  std::string opening() const { return complaint_of_opening(folder_.path()); }

  // Replaces text of dataset.json.
  void edit_manifest(const std::string& from, const std::string& to) {
    std::string text = read_file(folder_ / "dataset.json");
    const std::size_t at = text.find(from);
    ASSERT_NE(at, std::string::npos) << text;
    write_file_atomically(folder_ / "dataset.json", text.replace(at, from.size(), to));
  }

  Hdf5Handle open_shard() const {
    return {H5Fopen(shard_.c_str(), H5F_ACC_RDWR, H5P_DEFAULT), H5Fclose};
  }

  void set_number_attribute(const char* name, hid_t type, std::uint64_t value) {
    const Hdf5Handle file = open_shard();
    const Hdf5Handle attribute(H5Aopen(file.get(), name, H5P_DEFAULT), H5Aclose);
    ASSERT_GE(H5Awrite(attribute.get(), type, &value), 0);
  }

  // Sets the first value of a column of bytes.
  void set_first(const char* name, std::uint8_t value) {
    const Hdf5Handle file = open_shard();
    const Hdf5Handle column(H5Dopen2(file.get(), name, H5P_DEFAULT), H5Dclose);
    const Hdf5Handle space(H5Dget_space(column.get()), H5Sclose);
    const hsize_t first = 0;
    H5Sselect_elements(space.get(), H5S_SELECT_SET, 1, &first);
    const Hdf5Handle one(H5Screate(H5S_SCALAR), H5Sclose);
    ASSERT_GE(H5Dwrite(column.get(), H5T_NATIVE_UINT8, one.get(), space.get(), H5P_DEFAULT, &value),
              0);
  }

  test::TemporaryFolder folder_;
  fs::path shard_ = folder_ / "shard-00001.h5";
};

TEST_F(DatasetErrors, nothing_is_said_of_a_good_one) {
  EXPECT_EQ(opening(), "");
}

TEST_F(DatasetErrors, no_manifest) {
  fs::remove(folder_ / "dataset.json");
  EXPECT_EQ(opening(), folder_.path().string() +
                           ": holds no data set (no dataset.json); run agprep to make one, or "
                           "check dataset.path");
}

TEST_F(DatasetErrors, no_folder) {
  EXPECT_THAT(test::usage_complaint([this] { Dataset::open(folder_ / "nowhere"); }),
              HasSubstr("holds no data set"));
}

TEST_F(DatasetErrors, manifest_that_isnt_json) {
  write_file_atomically(folder_ / "dataset.json", "{\"format\": ");
  EXPECT_THAT(opening(),
              AllOf(HasSubstr("dataset.json: can't be understood"), Not(HasSubstr("\n"))));
}

TEST_F(DatasetErrors, manifest_of_something_else) {
  write_file_atomically(folder_ / "dataset.json", "{\"version\": 1}");
  EXPECT_THAT(opening(), HasSubstr("describes no data set of agprep"));
}

TEST_F(DatasetErrors, manifest_without_a_key) {
  edit_manifest("\"encoding\"", "\"coding\"");
  EXPECT_THAT(opening(), HasSubstr("'encoding' not found"));
}

TEST_F(DatasetErrors, manifest_of_another_version) {
  edit_manifest("\"version\": 1", "\"version\": 2");
  EXPECT_THAT(opening(), HasSubstr("is a data set of version 2, and this program reads version 1"));
}

TEST_F(DatasetErrors, manifest_with_an_unknown_encoding) {
  edit_manifest("\"jpeg\"", "\"webp\"");
  EXPECT_THAT(opening(), HasSubstr("encoding 'webp' isn't known"));
}

TEST_F(DatasetErrors, manifest_whose_counts_were_changed) {
  edit_manifest("\"val\": 8", "\"val\": 9");
  EXPECT_THAT(opening(), HasSubstr("contradicts itself"));
}

TEST_F(DatasetErrors, manifest_whose_counts_were_moved_from_split_to_split) {
  edit_manifest("\"train\": 28", "\"train\": 29");
  edit_manifest("\"test\": 4", "\"test\": 3");
  EXPECT_THAT(opening(), HasSubstr("counts other samples than the shards hold"));
}

TEST_F(DatasetErrors, manifest_that_leads_out_of_the_folder) {
  edit_manifest("\"shard-00001.h5\"", "\"../shard-00001.h5\"");
  EXPECT_THAT(opening(), HasSubstr("isn't a file name"));
}

TEST_F(DatasetErrors, shard_missing) {
  fs::remove(shard_);
  EXPECT_THAT(opening(), HasSubstr(shard_.string() + ": this shard of the data set is missing"));
}

TEST_F(DatasetErrors, shard_cut_anywhere) {
  const auto whole = fs::file_size(shard_);
  for (const auto kept : {whole - 1, whole / 2, std::uintmax_t{100}, std::uintmax_t{0}}) {
    fs::resize_file(shard_, kept);
    EXPECT_THAT(opening(), HasSubstr(shard_.string() + ": is cut short: " + std::to_string(kept) +
                                     " of " + std::to_string(whole) + " bytes are there"));
  }
}

TEST_F(DatasetErrors, shard_grown) {
  fs::resize_file(shard_, fs::file_size(shard_) + 10);
  EXPECT_THAT(opening(), HasSubstr("and dataset.json says"));
}

TEST_F(DatasetErrors, shard_that_isnt_hdf5) {
  write_file_atomically(shard_, std::string(fs::file_size(shard_), 'x'));
  EXPECT_THAT(opening(), HasSubstr(shard_.string() + ": can't be read as HDF5"));
}

TEST_F(DatasetErrors, hdf5_of_somebody_else) {
  {
    const Hdf5Handle file(H5Fcreate(shard_.c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT),
                          H5Fclose);
  }
  EXPECT_THAT(opening(), HasSubstr(shard_.string() + ": is HDF5, but no shard of a data set"));
}

TEST_F(DatasetErrors, shard_of_another_version) {
  set_number_attribute(kVersionAttribute, H5T_NATIVE_UINT64, 9);
  EXPECT_THAT(opening(), HasSubstr("is a shard of version 9, and this program reads version 1"));
}

TEST_F(DatasetErrors, shard_never_committed) {
  set_number_attribute(kCommittedAttribute, H5T_NATIVE_UINT64, 0);
  EXPECT_THAT(opening(), HasSubstr(shard_.string() + ": was never finished"));
}

TEST_F(DatasetErrors, shard_of_another_encoding) {
  write_fake_dataset(folder_ / "raw", 3, 1, 2, 2);
  fs::copy_file(folder_ / "raw" / "shard-00001.h5", shard_, fs::copy_options::overwrite_existing);
  EXPECT_THAT(opening(), HasSubstr("doesn't hold jpeg pictures"));
}

TEST_F(DatasetErrors, shard_of_another_data_set) {
  write_fake_dataset(folder_ / "other", 40, 400);
  fs::copy_file(folder_ / "other" / "shard-00001.h5", shard_, fs::copy_options::overwrite_existing);
  EXPECT_NE(opening(), "");
}

TEST_F(DatasetErrors, label_changed) {
  set_first(kAgeColumn, 55);
  EXPECT_THAT(opening(), HasSubstr("labels and checksums aren't those that dataset.json lists"));
}

TEST_F(DatasetErrors, column_missing) {
  {
    const Hdf5Handle file = open_shard();
    ASSERT_GE(H5Ldelete(file.get(), kIdentityColumn, H5P_DEFAULT), 0);
  }
  EXPECT_THAT(opening(), HasSubstr("has no data set 'identity'"));
}

}  // namespace
}  // namespace ag::data
