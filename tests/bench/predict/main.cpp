#include <CLI/CLI.hpp>
#include <cstdio>
#include <exception>
#include <iostream>
#include <string>

#include "tests/bench/predict/bench.h"

namespace {

ag::bench::Answerer parse(int argc, char** argv) {
  ag::bench::NetworkOptions network;
  ag::bench::FacesOptions faces;
  CLI::App app("Our side of tests/bench/predict.sh: questions on standard input.", "bench_predict");
  app.require_subcommand(1);
  CLI::App* of_network = app.add_subcommand("network", "a network's answers");
  of_network->add_option("CHECKPOINT", network.checkpoint)->required();
  of_network->add_option("PICTURES", network.pictures)->required();
  of_network->add_option("--threads", network.threads)->capture_default_str();
  of_network->add_option("--precision", network.precision)->capture_default_str();
  of_network->add_flag("--fold", network.fold);
  CLI::App* of_faces = app.add_subcommand("faces", "detector and landmarks");
  of_faces->add_option("LANDMARKS", faces.landmarks)->required();
  of_faces->add_option("PHOTO", faces.photos)->required();
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    std::exit(app.exit(error));
  }
  return *of_network ? ag::bench::network_answerer(network) : ag::bench::faces_answerer(faces);
}

}  // namespace

int main(int argc, char** argv) {
  try {
    const ag::bench::Answerer answer = parse(argc, argv);
    for (std::string line; std::getline(std::cin, line);)
      std::cout << answer(nlohmann::json::parse(line)).dump() << std::endl;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "bench_predict: %s\n", error.what());
    return 1;
  }
  return 0;
}
