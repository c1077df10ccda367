#!/bin/bash
# Runs the commands of one Markdown file as they are written, in order, in a sandbox that looks like a checkout:
# sandbox.sh says what lies there and what is shortened.
# usage: blocks.sh SOURCE_DIR BIN_DIR DOCUMENT
#
# What is done with a fenced block, by the word behind its ```:
#   bash      each command is run; one that fails ends its block, and the test. Each block is a shell of its own that
#             begins in the project's folder, after `. launch/env.sh`
#   console   what stands behind "$ " is run, as bash; the output between is not compared
#   yaml      an experiment, or a sweep where it has `parameters` or `launcher`, or a part of either: the program reads
#             it, its keys and values must be right
#   csv       is the people.csv of the commands
#   others    (text, python, …) are nothing to run. A fence without a word is an error
# In the line before a fence
#   <!-- not run: REASON -->   the block isn't run, and the test prints so
#   <!-- needs Slurm -->       it is run on a private Slurm where one can be started (tests/support/slurm.sh), else skipped
set -euo pipefail
[ $# -eq 3 ] || { echo "usage: blocks.sh SOURCE_DIR BIN_DIR DOCUMENT" >&2; exit 2; }
source=$(realpath "$1")
bin=$(realpath "$2")
document=$3
readonly LAST_LINES=25   # of a failing command's output are shown

fail() {
  printf 'blocks: %s\n' "$*" >&2
  exit 1
}

. "$(dirname "${BASH_SOURCE[0]}")/sandbox.sh"
slurm=$source/tests/support/slurm.sh

# --- the document ----------------------------------------------------------------------------------

first=()   # of each block: the line of its fence,
kind=()    # the word behind it,
note=()    # the comment before it
body=()    # and what it holds

read_document() {
  local line='' before number=0 block=-1 inside=no
  while before=$line && IFS= read -r line; do
    number=$((number + 1))
    if [[ $line != '```'* ]]; then
      [[ $line != [[:space:]]*'```'* ]] || fail "$document:$number: a fence begins in the first column, to be found by this test"
      [ $inside = no ] || body[block]+=$line$'\n'
    elif [ $inside = yes ]; then
      inside=no
    else
      inside=yes
      block=$((block + 1))
      first[block]=$number kind[block]=${line#'```'} note[block]='' body[block]=''
      [[ $before != '<!--'*'-->' ]] || note[block]=$before
    fi
  done <"$source/$document"
  [ $inside = no ] || fail "$document: the last fence isn't closed"
}

# reason BLOCK  prints why it isn't run, or nothing.
reason() { sed -nE 's/^<!-- not run: +(.*[^ ]) *-->$/\1/p' <<<"${note[$1]}"; }
needs_slurm() { [ "${note[$1]}" = '<!-- needs Slurm -->' ]; }

check_form() {
  local block where
  for block in "${!kind[@]}"; do
    where=$document:${first[block]}
    [ -n "${kind[block]}" ] || fail "$where: say behind the fence what this is: bash, console, text, yaml, …"
    case ${kind[block]} in
      sh | shell) fail "$where: a block of commands is called bash" ;;
    esac
    [[ ${note[block]} != '<!-- not run'* ]] || [ -n "$(reason "$block")" ] || fail "$where: not run, but for no reason"
  done
}

is_run() { [[ ${kind[$1]} =~ ^(bash|console)$ ]] && [ -z "$(reason "$1")" ]; }

commands_of() { if [ "${kind[$1]}" = bash ]; then echo "${body[$1]}"; else sed -n 's/^\$ //p' <<<"${body[$1]}"; fi; }

# --- commands --------------------------------------------------------------------------------------

# Where the last command of a document waits for something that doesn't come, ctest ends the test, and the line that
# was printed before it tells which it was.
run_command() {   # NUMBER COMMAND
  local blocks_code=0 blocks_began=$SECONDS
  printf '%s:%s: %s' "$document" "$1" "$2"
  eval "$2" >"$output" 2>&1 </dev/null || blocks_code=$?
  printf '  (%s s)\n' $((SECONDS - blocks_began))
  [ $blocks_code -eq 0 ] && return
  printf '\n%s:%s: this command ended with %s:\n  %s\nIts output ended so:\n' "$document" "$1" $blocks_code "$2"
  command tail -n $LAST_LINES "$output" | sed 's/^/  | /'
  return 1
}

# run_block BLOCK  in a shell of its own. A command goes on in the next line where it isn't whole.
run_block() {
  (
    set +eu
    cd "$sandbox" && . launch/env.sh && stand_ins
    number=${first[$1]} command=''
    while IFS= read -r line; do
      number=$((number + 1))
      if [ -z "$command" ]; then
        [ "${kind[$1]}" = bash ] || { [[ $line == '$ '* ]] && line=${line#'$ '}; } || continue
        [[ ! $line =~ ^[[:space:]]*(#|$) ]] || continue
        began=$number
      fi
      command+=$line
      if [[ $line == *\\ ]] || [ -n "$(bash -n <<<"$command" 2>&1)" ]; then   # it warns of half a here-document
        command+=$'\n'
        continue
      fi
      run_command "$began" "$command" || exit 1
      command=''
    done <<<"${body[$1]%$'\n'}"
    [ -z "$command" ] || fail "$document:$began: this is no whole command: $command"
  )
}

# check_yaml BLOCK  has the program read it. What a part of a file lacks is added.
check_yaml() {
  local file check
  if grep -qE '^(parameters|launcher):' <<<"${body[$1]}"; then
    file=experiments/sweeps/of_the_document.yaml
    check=(agsweep run "$file" --dry-run)
    grep -q '^base:' <<<"${body[$1]}" || body[$1]+=$'base: ../quickstart.yaml\n'
    grep -q '^parameters:' <<<"${body[$1]}" || body[$1]+=$'parameters: {seed: {values: [1, 2]}}\n'
  else
    file=experiments/of_the_document.yaml
    check=(agtrain --summary "$file")
    grep -q 'path:' <<<"${body[$1]}" || check+=(dataset.path=data/imdb)
  fi
  printf '%s' "${body[$1]}" >"$sandbox/$file"
  (cd "$sandbox" && . launch/env.sh && run_command $((first[$1] + 1)) "${check[*]}")
}

# start_slurm  once, where a block needs it.
start_slurm() {
  [ -z "${SLURM_CONF:-}" ] || return 0
  slurm_folder=$work/slurm
  lines=$(CPUS=16 "$slurm" start "$slurm_folder") || fail "$document: no Slurm could be started"
  eval "$lines"
}

handle() {
  local where=$document:${first[$1]} why
  why=$(reason "$1")
  if [ -n "$why" ]; then
    printf 'not run: %s: %s\n' "$where" "$why"
  elif [ "${kind[$1]}" = yaml ]; then
    check_yaml "$1"
  elif ! is_run "$1"; then
    return 0
  elif needs_slurm "$1" && ! why=$("$slurm" available); then
    printf 'skipped: %s: %s\n' "$where" "$why"
  else
    ! needs_slurm "$1" || start_slurm
    run_block "$1"
  fi
}

# --- main ------------------------------------------------------------------------------------------

unset SLURM_CONF AG_TRACKING_DB   # a test leaves the user's own cluster and database alone
work=$(mktemp -d /tmp/ag_docs_XXXXXX)   # short, for the names of Slurm's sockets
sandbox=$work/agtrain
output=$work/output
slurm_folder=''
trap '[ -z "$slurm_folder" ] || "$slurm" stop "$slurm_folder"; rm -rf "$work"' EXIT

read_document
check_form
commands='' csv=''
for block in "${!kind[@]}"; do
  ! is_run "$block" || commands+=$(commands_of "$block")$'\n'
  [ "${kind[block]}" != csv ] || csv=${body[block]%$'\n'}
done
make_sandbox
failed=0
for block in "${!kind[@]}"; do handle "$block" || failed=$((failed + 1)); done
[ $failed -eq 0 ] || fail "$document: $failed of its blocks failed, see above"
