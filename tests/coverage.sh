#!/bin/bash
# Which lines of framework, dataprep, tracking and launch the tests run: builds the preset "coverage", runs the quick tests
# and writes a table, and a page for each file.
# usage: tests/coverage.sh [CTEST_ARGUMENTS...]        for example  tests/coverage.sh -R unit.data
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
case ${1:-} in
  -h | --help) sed -n '2,4s/^# //p' "${BASH_SOURCE[0]}"; exit 0 ;;
esac

readonly BUILD=build-coverage
if ! command -v gcovr >/dev/null; then
  echo "coverage: gcovr isn't there; install it: apt-get install gcovr" >&2
  exit 1
fi
launch/setup.sh
. launch/env.sh
launch/build.sh coverage
find $BUILD -name '*.gcda' -delete

# A test that fails has still run its lines. AgtrackTest.a_database_that_may_only_be_read_is_shown fails: it becomes
# another user, who can't write the counts.
status=0
ctest --test-dir $BUILD --output-on-failure -j "$(nproc)" -LE '^slow$' "$@" || status=$?

rooms=()
for room in framework dataprep tracking launch; do rooms+=(--filter "$room/"); done
gcovr --root . --object-directory $BUILD "${rooms[@]}" --exclude-throw-branches --gcov-ignore-parse-errors \
  -j "$(nproc)" --json $BUILD/coverage.json
mkdir -p $BUILD/coverage
gcovr --root . -a $BUILD/coverage.json --html-details $BUILD/coverage/index.html --txt $BUILD/coverage.txt --print-summary
echo "by file: $BUILD/coverage.txt; line by line: $BUILD/coverage/index.html"
exit "$status"
