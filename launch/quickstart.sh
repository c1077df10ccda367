#!/bin/bash
# From nothing to two trained, tracked and compared networks, with no question asked.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

case ${1:-} in
  -h | --help)
    cat <<'TEXT'
usage: launch/quickstart.sh

Installs what is missing (launch/setup.sh), builds the programs, draws a small set of faces laid out like IMDB-crop,
makes a dataset of it, trains two small MobileNets on it with two ranks and compares them. What is there already is
used again, so that a second call trains at once.
TEXT
    exit 0
    ;;
esac

bold='' plain=''
[ ! -t 1 ] || { bold=$(printf '\033[1m') plain=$(printf '\033[0m'); }
step() { printf '\n%s== %s%s\n' "$bold" "$*" "$plain"; }
# show COMMAND...  says what is run, as one would type it
show() {
  printf '%s$ %s%s\n' "$bold" "$*" "$plain"
  "$@"
}

step "1 of 5: install"
launch/setup.sh
. launch/env.sh

step "2 of 5: build"
launch/build.sh release agprep agtrain agtrack

step "3 of 5: draw faces, and make a dataset of them"
[ -e data/quickstart_faces/imdb.mat ] || show agprep sample --out data/quickstart_faces --count 4000 --seed 1
[ -e data/quickstart/dataset.json ] \
  || show agprep imdb --mat data/quickstart_faces/imdb.mat --images data/quickstart_faces --out data/quickstart

step "4 of 5: train, with two ranks, at two widths"
show mpirun -np 2 agtrain experiments/quickstart.yaml
show mpirun -np 2 agtrain experiments/quickstart.yaml name=quickstart_narrow model.width=0.25

step "5 of 5: compare"
show agtrack compare --experiment quickstart --last 2
show agtrack plot --experiment quickstart --last 2
show agtrack plot --experiment quickstart --last 2 --svg runs/quickstart.svg

cat <<TEXT

Done. Next, on your own pictures, in $PWD (in each new shell first: . launch/env.sh):
  agprep csv people.csv --images photos --out data/people          columns path, age, gender and, if you like, identity
  mpirun -np 2 agtrain experiments/quickstart.yaml dataset.path=data/people name=people
On IMDB-WIKI:
  agprep imdb --mat imdb_crop/imdb.mat --images imdb_crop --out data/imdb
  mpirun -np 8 agtrain experiments/mobilenet_224.yaml
Every setting:  agtrain --help-config      Every run:  agtrack list
TEXT
