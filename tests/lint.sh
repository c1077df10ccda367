#!/bin/bash
# clang-format and clang-tidy over files of this project: those given, else all. All take half an hour on two cores,
# which is why CI checks the formatting alone.
# usage: tests/lint.sh [FILE...]        for example  tests/lint.sh $(git diff --name-only main -- '*.cpp')
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
case ${1:-} in
  -h | --help) sed -n '2,4s/^# //p' "${BASH_SOURCE[0]}"; exit 0 ;;
esac
for tool in clang-format clang-tidy; do
  command -v $tool >/dev/null || { echo "lint: $tool isn't there; install it: apt-get install $tool" >&2; exit 1; }
done

if [ $# -eq 0 ]; then
  mapfile -t files < <(git ls-files '*.h' '*.cpp' '*.cu')
else
  files=("$@")
fi
clang-format --dry-run -Werror "${files[@]}"

# Of the preset that compiles each file by itself. clang can't read GCC's precompiled headers: it reads their text.
cmake --preset debug >/dev/null
sources=()
for file in "${files[@]}"; do
  # Another processor's kernels and other compilers' files aren't in there.
  if grep -qF "$PWD/$file\"" build-debug/compile_commands.json; then sources+=("$file"); fi
done
printf '%s\n' "${sources[@]}" | xargs -r -P "$(nproc)" -n 1 \
  clang-tidy -p build-debug --quiet --extra-arg=-Wno-unknown-warning-option 2> >(grep -v 'warnings\? generated\|^$' >&2)
echo "lint: ${#files[@]} files are formatted, ${#sources[@]} were looked through by clang-tidy: nothing to mend"
