// What launch/slurm/train.sbatch starts in a job, where `echo` stands for mpirun.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include <string>

#include "tests/e2e/train/process.h"
#include "tests/support/temporary_folder.h"

namespace ag::test {
namespace {

using testing::HasSubstr;

class BatchScript : public testing::Test {
 protected:
  Ended job(const std::string& arguments) const {
    return run(fmt::format("env SLURM_JOB_ID=7 SLURM_NTASKS=2 AG_ENV={0}/launch/env.sh AG_MPI=echo "
                           "bash {0}/launch/slurm/train.sbatch {1}",
                           AG_SOURCE_DIR, arguments),
               folder_.path(), 60);
  }

  TemporaryFolder folder_;
};

TEST_F(BatchScript, names_its_run_by_the_job_unless_the_user_names_one) {
  EXPECT_EQ(job("a.yaml train.epochs=3").output, "agtrain a.yaml train.epochs=3 --run job-7\n");
  for (const std::string arguments :
       {"a.yaml --resume auto", "a.yaml --resume=7f3a seed=2", "--run mine a.yaml"}) {
    const Ended ended = job(arguments);
    EXPECT_EQ(ended.code, 0);
    EXPECT_EQ(ended.output, fmt::format("agtrain {}\n", arguments));
  }
  EXPECT_THAT(job("a.yaml model.weights=b.safetensors").output, HasSubstr("--run job-7"));
}

TEST_F(BatchScript, refuses_to_begin_with_the_same_file_after_every_time_limit) {
  for (const char* option : {"--resume runs/a/b.safetensors", "--resume=runs/a/b.safetensors"}) {
    const Ended ended = job(fmt::format("a.yaml {}", option));
    EXPECT_EQ(ended.code, 2);
    EXPECT_THAT(ended.output, HasSubstr("give the run's id"));
  }
}

}  // namespace
}  // namespace ag::test
