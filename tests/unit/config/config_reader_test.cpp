#include "framework/config/config_reader.h"

#include <gtest/gtest.h>

#include <cmath>

#include "framework/config/describe.h"
#include "framework/core/error.h"
#include "tests/support/config_complaint.h"

namespace ag::config {
namespace {

struct Optimizer {
  std::string name = "sgd";
  double lr = 0.001;
  double momentum = 0.9;
  bool nesterov = true;
  void visit(Visitor& v) {
    v.field("name", name, one_of({"sgd", "adamw"}), "update rule");
    v.field("lr", lr, above_up_to(0, 10), "learning rate");
    v.field("momentum", momentum, from_below(0, 1), "share of the last step");
    v.field("nesterov", nesterov, any(), "look ahead");
    v.require(!nesterov || momentum > 0, "nesterov", "needs a momentum above 0");
  }
};

struct Config {
  std::string name;
  std::int64_t seed = 1;
  std::optional<std::string> weights;
  std::vector<double> rates = {0.5, 1};
  Optimizer optimizer;
  void visit(Visitor& v) {
    v.field("name", name, any(), "the run's name");
    v.field("seed", seed, at_least(0), "what every draw depends on");
    v.field("weights", weights, any(), "file to start from; null starts from scratch");
    v.field("rates", rates, between(0, 1), "a list");
    v.section("optimizer", optimizer, "how weights move");
  }
};

std::string complaint(const std::string& yaml, const std::vector<std::string>& words = {}) {
  Config config;
  ConfigReader reader(visit_of(config));
  return test::usage_complaint([&] {
    reader.read_text(yaml, "x.yaml");
    for (const std::string& word : words) reader.assign(word);
    reader.validate();
  });
}

TEST(ConfigReader, values_come_from_yaml_then_from_the_command_line) {
  Config config;
  ConfigReader reader(visit_of(config));
  reader.read_text("name: a\nseed: 3\noptimizer: {lr: 1.0e-3, momentum: 0.5}\n", "x.yaml");
  reader.assign("optimizer.lr=0.25");
  reader.assign("weights=file.h5");
  reader.assign("rates=[0.25, 0.75]");
  reader.validate();
  EXPECT_EQ(config.name, "a");
  EXPECT_EQ(config.seed, 3);
  EXPECT_EQ(config.optimizer.lr, 0.25);
  EXPECT_EQ(config.optimizer.momentum, 0.5);
  EXPECT_EQ(config.weights, "file.h5");
  EXPECT_EQ(config.rates, (std::vector<double>{0.25, 0.75}));
  reader.assign("weights=null");
  EXPECT_EQ(config.weights, std::nullopt);
}

TEST(ConfigReader, an_empty_file_means_all_defaults) {
  EXPECT_EQ(complaint(""), "");
}

TEST(ConfigReader, a_mistyped_key_names_file_line_key_and_the_nearest) {
  EXPECT_EQ(complaint("name: a\noptimizer:\n  lr: 1\n  momentun: 0.9\n"),
            "x.yaml:4: 'optimizer.momentun' isn't a key; the nearest is 'optimizer.momentum'");
}

TEST(ConfigReader, a_key_in_the_wrong_section_is_sent_to_its_own) {
  EXPECT_EQ(complaint("lr: 0.1\n"), "x.yaml:1: 'lr' isn't a key; the nearest is 'optimizer.lr'");
}

TEST(ConfigReader, a_wrong_type_names_what_is_wanted) {
  EXPECT_EQ(complaint("seed: many\n"),
            "x.yaml:1: seed is 'many', but must be a whole number; see --help-config");
  EXPECT_EQ(complaint("optimizer: 3\n"),
            "x.yaml:1: optimizer is '3', but must be a group of keys; see --help-config");
  EXPECT_EQ(
      complaint("rates: 3\n"),
      "x.yaml:1: rates is '3', but must be a list [a, b, …], each a number; see --help-config");
}

TEST(ConfigReader, a_value_out_of_range_names_the_range_and_where_it_came_from) {
  EXPECT_EQ(complaint("optimizer:\n  lr: 0\n"),
            "x.yaml:2: optimizer.lr is 0, but must be above 0, up to 10");
  EXPECT_EQ(complaint("", {"optimizer.lr=99"}),
            "command line: optimizer.lr is 99, but must be above 0, up to 10");
}

TEST(ConfigReader, a_wrong_choice_names_the_choices_and_the_nearest) {
  EXPECT_EQ(
      complaint("optimizer: {name: adam}\n"),
      "x.yaml:1: optimizer.name is adam, but must be one of sgd, adamw; did you mean 'adamw'?");
}

TEST(ConfigReader, a_rule_over_two_fields_is_checked) {
  EXPECT_EQ(complaint("optimizer: {momentum: 0, nesterov: true}\n"),
            "x.yaml:1: optimizer.nesterov needs a momentum above 0");
}

TEST(ConfigReader, a_key_that_stands_twice_is_refused) {
  EXPECT_EQ(complaint("seed: 1\nseed: 2\n"),
            "x.yaml:2: 'seed' stands here twice; keep one of them");
}

TEST(ConfigReader, what_is_no_yaml_names_its_line) {
  EXPECT_EQ(complaint("name: a\nseed: [1\n").rfind("x.yaml:3: this isn't YAML", 0), 0u);
}

TEST(ConfigReader, a_word_without_equals_is_refused) {
  EXPECT_EQ(complaint("", {"lr"}),
            "command line: 'lr' isn't key=value; write for example optimizer.lr=0.01");
}

TEST(Describe, yaml_written_and_read_back_is_the_same_configuration) {
  Config config;
  config.name = "a: strange, name";
  config.weights = "null";  // the text, not the absence of one
  config.optimizer.lr = 1.0 / 3;
  Config back;
  ConfigReader reader(visit_of(back));
  reader.read_text(to_yaml(visit_of(config)), "x.yaml");
  EXPECT_EQ(back.name, config.name);
  EXPECT_EQ(back.weights, config.weights);
  EXPECT_EQ(back.optimizer.lr, config.optimizer.lr);
  EXPECT_EQ(flatten(visit_of(back)), flatten(visit_of(config)));
}

TEST(Describe, help_names_every_key_with_default_range_and_meaning) {
  Config config;
  const std::string help = help_text(visit_of(config));
  EXPECT_NE(help.find("optimizer.lr = 0.001"), std::string::npos);
  EXPECT_NE(help.find("learning rate (above 0, up to 10)"), std::string::npos);
  EXPECT_NE(help.find("weights = null"), std::string::npos);
}

}  // namespace
}  // namespace ag::config
