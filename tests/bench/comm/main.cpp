#include <ATen/Parallel.h>
#include <fmt/format.h>

#include <CLI/CLI.hpp>

#include "framework/comm/mpi_session.h"
#include "tests/bench/comm/bench.h"

namespace {

void print(const std::string& title, const std::vector<ag::bench::Figure>& figures) {
  fmt::print("{}\n  {:<28} {:>9} {:>9}\n", title, "", "median ms", "best ms");
  for (const auto& figure : figures) {
    fmt::print("  {:<28} {:9.3f} {:9.3f}\n", figure.name, figure.median_ms, figure.best_ms);
  }
}

}  // namespace

int main(int argc, char** argv) {
  ag::bench::Options options;
  CLI::App app("What communication between ranks costs; run it under mpirun.");
  app.add_option("--repeats", options.repeats, "measurements of each figure")
      ->capture_default_str();
  app.add_option("--megabytes", options.megabytes, "of gradients in a sum")->capture_default_str();
  app.add_option("--bucket-mb", options.bucket_mb, "size of a bucket")->capture_default_str();
  app.add_option("--batch", options.batch, "pictures of a rank")->capture_default_str();
  app.add_option("--pixels", options.pixels, "side of a picture")->capture_default_str();
  CLI11_PARSE(app, argc, argv);

  at::set_num_threads(1);
  const ag::comm::MpiSession session;
  const auto sums = ag::bench::measure_sums(session, options);
  const auto steps = ag::bench::measure_steps(session, options);
  if (session.world().rank != 0) return 0;
  print(fmt::format("sums of {} MiB over {} ranks", options.megabytes, session.world().size), sums);
  print(fmt::format("forward and backward of {} pictures of {} pixels a rank", options.batch,
                    options.pixels),
        steps);
  return 0;
}
