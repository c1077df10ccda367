#!/bin/bash
# The folder that a document's commands are run in, and what is shortened there. To be sourced by blocks.sh, which sets
# $source (the checkout), $bin (its programs), $sandbox (a new folder) and $commands (what the document has run).
#
# It looks like a checkout whose programs are built: launch/ and experiments/ are copies, build/bin holds links, runs/ is
# empty, and what documents take for granted lies where they name it:
#   imdb_crop/, wiki.mat      160 drawn faces, laid out like IMDB-crop
#   data/imdb, data/quickstart   data sets of them, unless the document makes these itself
#   people.csv, photos/       the CSV block of the document, or its heading alone, and 40 rows of drawn faces behind it
#   party.jpg, album/, more/  drawn faces
#   the run 7f3a              as every word of four hexadecimal digits, of which one is a letter and one isn't: a network
#                             that was trained under this id (agtrain --run), in the experiment `faces`
#   model.weights=FILE        the trunk of a network of that width, as agtrain export writes it for Keras
#
# Commands are run as they are written, but trainings of hours are cut down where they get their lengths from:
#   experiments/*.yaml        70 epochs become 1, 12 become 4 and 10 become 1; 224 and 128 pixels become 32; steps of 256
#                             pictures become steps of 16
#   experiments/sweeps/width_by_size*.yaml   two widths of four, two sizes, and one rank a trial
#   agprep --count 4000       draws 160
#   mpirun -np 8              starts two ranks
#   sbatch --nodes=2          asks for one node, as there is but one, and waits for the job's end
#   tail -f                   prints the last lines and ends

in_sandbox() { (cd "$sandbox" && . launch/env.sh && "$@") >>"$sandbox.log" 2>&1; }

# prepare COMMAND...  runs it in the sandbox, for what the document takes for granted.
prepare() {
  in_sandbox "$@" && return
  tail -n 20 "$sandbox.log" >&2
  fail "$document: the sandbox can't be prepared: $*"
}

mentions() { grep -qE -- "$1" <<<"$commands"; }

shorten_experiments() {
  local experiments=$sandbox/experiments
  sed -i -E 's/(train: \{epochs:) (70|10),/\1 1,/; s/(train: \{epochs:) 12,/\1 4,/
             s/size: (224|128)\}/size: 32}/; s/global_batch_size: 256/global_batch_size: 16/' "$experiments"/*.yaml
  sed -i -E 's/(model.width: \{values: \[[0-9.]+, [0-9.]+), [^]]*/\1/; s/(dataset.size: \{values:) \[[^]]*/\1 [32, 64/
             s/ranks: 4/ranks: 1/; s/(train.epochs:) 10/\1 1/' "$experiments"/sweeps/width_by_size*.yaml
  ! grep -nE 'epochs: [0-9]{2}|size: (128|224|256)|\[128' "$experiments"/*.yaml "$experiments"/sweeps/*.yaml ||
    fail "tests/e2e/docs/sandbox.sh no longer shortens the experiments above"
}

# The document's own rows first.
make_people() {
  local picture row=0
  mkdir -p "$sandbox/photos/anna"
  { [ -n "$csv" ] && printf '%s\n' "$csv" || echo path,age,gender,identity; } >"$sandbox/people.csv"
  for picture in "$sandbox"/imdb_crop/*/*.jpg; do
    row=$((row + 1))
    case $row in
      1) cp "$picture" "$sandbox/photos/anna/2019.jpg" ;;
      2) cp "$picture" "$sandbox/photos/anna/2021.jpg" ;;
      3) cp "$picture" "$sandbox/photos/ben, at home.jpg" ;;
      44) break ;;
      *)
        cp "$picture" "$sandbox/photos/$row.jpg"
        echo "$row.jpg,$((row + 15)),$((row % 2)),person$((row / 2))" >>"$sandbox/people.csv"
        ;;
    esac
  done
}

make_photos() {
  local pictures=("$sandbox"/imdb_crop/*/*.jpg)
  mkdir -p "$sandbox"/{album/2024,more}
  cp "${pictures[0]}" "$sandbox/party.jpg"
  cp "${pictures[1]}" "$sandbox/album/first.jpg"
  cp "${pictures[2]}" "$sandbox/album/2024/second.jpg"
  cp "${pictures[3]}" "$sandbox/more/third.jpg"
}

make_data() {
  local set
  prepare agprep sample --out imdb_crop --count 160 --seed 1
  cp "$sandbox/imdb_crop/imdb.mat" "$sandbox/wiki.mat"
  for set in data/prepared data/imdb data/quickstart; do
    mentions "--out $set( |\$)" || prepare agprep imdb --mat imdb_crop/imdb.mat --images imdb_crop --out "$set"
  done
  make_people
  make_photos
}

make_runs() {
  local id seed=0
  for id in $(grep -oE '\b[0-9a-f]{4}\b' <<<"$commands" | grep '[a-f]' | grep '[0-9]' | sort -u); do
    seed=$((seed + 1))
    prepare agtrain experiments/quickstart.yaml dataset.path=data/prepared train.epochs=2 "seed=$seed" \
      model.width=0.25 dataset.size=32 name=mobilenet_64 tracking.experiment=faces --run "$id"
  done
}

# Keras names its files by 100 times the width, with a _ for the point: 7_5 is 0.75.
make_weights() {
  local file width
  for file in $(sed -nE 's/.*model\.weights=([^ ]+).*/\1/p' <<<"$commands" | sort -u); do
    case $file in
      *mobilenet_1_0_*) width=1.0 ;;
      *mobilenet_7_5_*) width=0.75 ;;
      *) fail "$document: sandbox.sh doesn't know what $file would hold" ;;
    esac
    prepare agtrain experiments/quickstart.yaml dataset.path=data/prepared train.steps=1 "model.width=$width" \
      tracking.database=null checkpoint.directory=prepared --run weights
    prepare agtrain export weights --runs prepared --to keras-h5 --trunk-only --out "$file"
  done
}

make_sandbox() {
  local program
  mkdir -p "$sandbox"/build/bin
  cp -r "$source"/{launch,experiments} "$sandbox/"
  for program in agprep agtrain agtrack agsweep agpredict; do ln -s "$bin/$program" "$sandbox/build/bin/"; done
  shorten_experiments
  make_data
  make_runs
  make_weights
}

# stand_ins  defines, for the commands of a document, those that would take too long or never end.
stand_ins() {
  agprep() { command agprep "${@/#4000/160}"; }
  mpirun() { command mpirun "${@/#8/2}"; }
  sbatch() { command sbatch --wait "${@/#--nodes=2/--nodes=1}"; }
  tail() { command tail "${@/#-f/--lines=5}"; }
}
