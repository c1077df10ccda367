#include "framework/comm/launcher.h"

#include <gmock/gmock.h>

#include <list>
#include <map>
#include <string>

#include "tests/support/environment.h"

namespace ag::comm {
namespace {

using ::testing::HasSubstr;

// An environment in which no launcher but the test's says anything.
class Launched {
 public:
  explicit Launched(const std::map<std::string, std::string>& variables) {
    for (const char* name :
         {"OMPI_COMM_WORLD_RANK", "OMPI_COMM_WORLD_SIZE", "PMIX_RANK", "PMI_RANK", "PMI_SIZE",
          "MPI_LOCALRANKID", "MPI_LOCALNRANKS", "SLURM_PROCID", "SLURM_STEP_NUM_TASKS",
          "SLURM_STEP_ID", "SLURM_NTASKS"}) {
      const auto variable = variables.find(name);
      scope_.emplace_back(name, variable == variables.end() ? nullptr : variable->second.c_str());
    }
  }

 private:
  std::list<test::ScopedVariable> scope_;
};

std::string complaint_in(const std::map<std::string, std::string>& variables, int ranks = 1) {
  const Launched launched(variables);
  return complaint_about(launch_of_this_process(), ranks);
}

TEST(Launcher, of_another_mpi_is_named_by_what_it_says) {
  EXPECT_EQ(complaint_in({{"PMI_RANK", "2"}, {"PMI_SIZE", "4"}}),
            "MPI counts 1 rank, but 4 processes were started (PMI_SIZE), each of which would train "
            "by itself; start them by the mpirun of the MPI that agtrain was built with, or by "
            "srun --mpi=pmix");
  EXPECT_THAT(complaint_in({{"OMPI_COMM_WORLD_RANK", "0"}, {"OMPI_COMM_WORLD_SIZE", "8"}}),
              HasSubstr("8 processes were started (OMPI_COMM_WORLD_SIZE)"));
  EXPECT_THAT(complaint_in({{"MPI_LOCALRANKID", "0"}, {"MPI_LOCALNRANKS", "2"}}),
              HasSubstr("(MPI_LOCALNRANKS)"));
  EXPECT_THAT(complaint_in({{"PMIX_RANK", "0"},
                            {"SLURM_PROCID", "0"},
                            {"SLURM_STEP_ID", "0"},
                            {"SLURM_STEP_NUM_TASKS", "2"}}),
              HasSubstr("(SLURM_STEP_NUM_TASKS)"));
}

TEST(Launcher, that_started_one_process_or_whose_ranks_mpi_knows_is_right) {
  EXPECT_EQ(complaint_in({}), "");
  EXPECT_EQ(complaint_in({{"PMI_RANK", "0"}, {"PMI_SIZE", "1"}}), "");
  EXPECT_EQ(complaint_in({{"PMI_RANK", "0"}, {"PMI_SIZE", "4"}}, 4), "");
}

TEST(Launcher, of_slurm_runs_a_batch_script_and_a_shell_as_one_process) {
  EXPECT_EQ(complaint_in({{"SLURM_PROCID", "0"}, {"SLURM_NTASKS", "4"}}), "");
  EXPECT_EQ(
      complaint_in(
          {{"SLURM_PROCID", "0"}, {"SLURM_STEP_ID", "4294967290"}, {"SLURM_STEP_NUM_TASKS", "4"}}),
      "");
  EXPECT_EQ(complaint_in({{"OMPI_COMM_WORLD_RANK", "0"},
                          {"OMPI_COMM_WORLD_SIZE", "1"},
                          {"SLURM_PROCID", "0"},
                          {"SLURM_STEP_NUM_TASKS", "4"}}),
            "");
}

TEST(Launcher, numbers_its_processes_before_mpi_does) {
  const auto rank = [](const std::map<std::string, std::string>& variables) {
    const Launched launched(variables);
    return launch_of_this_process().rank;
  };
  EXPECT_EQ(rank({}), 0U);
  EXPECT_EQ(rank({{"PMI_RANK", "1"}}), 1U);
  EXPECT_EQ(rank({{"PMIX_RANK", "2"}, {"SLURM_PROCID", "3"}}), 2U);
  EXPECT_EQ(rank({{"SLURM_PROCID", "3"}}), 3U);
  EXPECT_EQ(rank({{"OMPI_COMM_WORLD_RANK", "0"}, {"SLURM_PROCID", "3"}}), 0U);
}

}  // namespace
}  // namespace ag::comm
