// The subcommands of agprep. Each function adds one to the program, with its options and help; its
// work is done when the command line is parsed, and throws ag::Error.
#pragma once

namespace CLI {
class App;
}

namespace ag::dataprep {

void add_imdb_command(CLI::App& program);
void add_csv_command(CLI::App& program);
void add_sample_command(CLI::App& program);
void add_info_command(CLI::App& program);
void add_verify_command(CLI::App& program);

}  // namespace ag::dataprep
