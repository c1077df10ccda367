#!/bin/bash
# Installs what is missing, builds the release preset and runs the tests through ctest: the quick ones, or all.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

usage() {
  cat <<'TEXT'
usage: tests/run.sh [--full] [CTEST_ARGUMENTS...]

  --full  runs the tests labelled "slow" too, and first fetches the Python libraries that tests/interop compares with
          (3 GB, once); without them those tests skip

What else is given goes to ctest, for example  tests/run.sh -R unit.data  or  tests/run.sh -L mpi
Tests on real pictures look for them in $AG_REAL_DATA, else in ../shared/data, and skip where neither is there.
TEXT
}

selection=(-LE '^slow$')
peers=no
case ${1:-} in
  --full) selection=(); peers=yes; shift ;;
  -h | --help) usage; exit 0 ;;
esac

launch/setup.sh
. launch/env.sh
launch/build.sh release
[ $peers = no ] || tests/interop/setup.sh

status=0
log=build/Testing/tests_run.log
mkdir -p build/Testing
ctest --test-dir build --output-on-failure -j "$(nproc)" "${selection[@]}" "$@" | tee "$log" || status=$?

# What skipped, and why: GoogleTest prints the reason in the line after "Skipped", a script after "skipped: ".
skipped=$(awk '/: Skipped$/ {getline why; next}
               /^\[  SKIPPED \] [^ ]+ \(/ {print "  " $4 ": " why}
               /^"?[^ ]+" start time:/ {next}
               /^[0-9]+\/[0-9]+ Test: / {test = $3}
               /^skipped: / {sub(/^skipped: /, ""); print "  " test ": " $0}' \
          build/Testing/Temporary/LastTest.log | sort -u)
if [ -n "$skipped" ]; then
  printf '\nSkipped, and why:\n%s\n' "$skipped"
fi
printf '\n%s minutes in all\n' "$((SECONDS / 60)):$(printf %02d $((SECONDS % 60)))"
grep -E '^[0-9]+% tests passed' "$log" || echo "ctest ran no test"
exit "$status"
