#!/bin/bash
# Writes the pages of docs/reference that the programs themselves can tell: every key of an experiment and of a sweep
# (--help-config), every option of every command (--help). After a change of those:
#   tests/e2e/docs/reference.sh docs/reference
# usage: reference.sh [--check] FOLDER [BIN]
#   FOLDER   where experiment.md, sweep.md and commands.md go
#   --check  writes nothing, and fails where FOLDER holds other pages than these
#   BIN      the folder of the programs; by default build/bin beside the sources
# What a machine or a checkout would change is fixed: CORES stands for the number of cores, and agpredict's models lie
# where launch/setup.sh puts them.
set -euo pipefail
readonly RENEW='tests/e2e/docs/reference.sh docs/reference'
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../../.." && pwd)

usage() {
  sed -n '/^# usage/,/^# What/s/^# \([u ]\)/\1/p' "${BASH_SOURCE[0]}" >&2
  exit 2
}
fail() {
  printf 'reference: %s\n' "$*" >&2
  exit 1
}

check=no
[ "${1:-}" != --check ] || { check=yes; shift; }
[ $# -ge 1 ] && [ $# -le 2 ] || usage
folder=$1
bin=${2:-$root/build/bin}
[ -x "$bin/agtrain" ] || fail "no programs in $bin: build them first, or name their folder"
export PATH=$bin:$PATH   # called by their names alone: some show in --help how they were called

# Nothing of the caller's settings shows in what the programs say.
for name in ${!AG_@}; do unset "$name"; done
export AG_FACE_MODELS=.deps/face_models NO_COLOR=1 LC_ALL=C.UTF-8

# page TITLE  begins a page.
page() {
  printf '# %s\n\n' "$1"
  printf '<!-- Generated: change the program, then run %s -->\n' "$RENEW"
  printf 'This page is made by `%s`, of what the programs of this version say.\n' "$RENEW"
}

# tables  turns --help-config into a table a section. A line of another form than these two is an error:
#   section: what it is for
#     key = default      meaning (range)
tables() {
  awk '
    function cell(text) { gsub(/[|*<\\]/, "\\\\&", text); return text }
    function head() { print "\n| key | default | meaning, and what it may be |\n| --- | --- | --- |" }
    /^$/ { next }
    /^[a-z_.]+: ./ {
      printf "\n## %s\n\n%s\n", substr($1, 1, length($1) - 1), cell(substr($0, length($1) + 2))
      head()
      next
    }
    match($0, /^  [a-z_0-9.]+ = /) {
      if (NR == 1) head()
      key = $1
      rest = substr($0, RLENGTH + 1)
      if (!match(rest, /  +/)) { bad = $0; exit 1 }
      printf "| `%s` | `%s` | %s |\n", key, substr(rest, 1, RSTART - 1), cell(substr(rest, RSTART + RLENGTH))
      next
    }
    { bad = $0; exit 1 }
    END { if (bad != "") { print "reference: --help-config has a line of an unknown form: " bad > "/dev/stderr"; exit 1 } }'
}

# help_of COMMAND...  prints its --help.
help_of() {
  "$@" --help | sed -E 's/^(  --threads INT:INT in \[1 - 256\]=)[0-9]+$/\1CORES/; s/ +$//'
}

# fenced TEXT  prints it as it is.
fenced() { printf '\n```text\n%s\n```\n' "$1"; }

subcommands() { awk '/^Subcommands:/ {on = 1; next} on && !/^  / {exit} on && /^  [a-z]/ {print $1}'; }

# command_page PROGRAM  prints its help and that of each of its subcommands, without the examples that these repeat.
command_page() {
  local all footer subcommand its
  all=$(help_of "$1")
  printf '\n## %s\n' "$1"
  fenced "$all"
  footer=${all#*$'\nExamples:\n'}
  for subcommand in $(subcommands <<<"$all"); do
    its=$(help_of "$1" "$subcommand")
    its=${its%$'\n'Examples:$'\n'"$footer"}
    while [[ $its == *$'\n' ]]; do its=${its%$'\n'}; done
    printf '\n### %s %s\n' "$1" "$subcommand"
    fenced "$its"
  done
}

experiment_page() {
  page "Keys of an experiment"
  cat <<'TEXT'

An experiment is a YAML file; what it doesn't name has its default. On the command line a key is written with its section:
`agtrain experiments/quickstart.yaml optimizer.lr=0.01`. `agtrain --help-config` prints the same as text.
TEXT
  agtrain --help-config | tables
}

sweep_page() {
  page "Keys of a sweep"
  cat <<'TEXT'

A sweep is a YAML file beside its base experiment, and says by `parameters` and `set` which of the experiment's keys it varies:
[the guide](../guide/sweeping.md) shows both. All else is here; `agsweep --help-config` prints the same as text.
TEXT
  agsweep --help-config | tables
}

commands_page() {
  local program
  page "Commands and their options"
  cat <<'TEXT'

What `--help` prints of each program and each of its subcommands. CORES is the machine's number of cores.
TEXT
  for program in agprep agtrain agsweep agtrack agpredict; do command_page "$program"; done
}

fresh=$(mktemp -d)
trap 'rm -rf "$fresh"' EXIT
for name in experiment sweep commands; do "${name}_page" >"$fresh/$name.md"; done

if [ $check = no ]; then
  mkdir -p "$folder"
  cp "$fresh"/*.md "$folder/"
  exit 0
fi
status=0
for name in experiment sweep commands; do
  diff -u --label "$folder/$name.md" --label 'what the programs say' "$folder/$name.md" "$fresh/$name.md" || status=1
done
[ $status -eq 0 ] || fail "the pages above are out of date; renew them from the project's folder by: $RENEW"
