#!/bin/bash
# Starts and stops a private, real Slurm on this machine, for tests that submit jobs: one munged, one slurmctld and one
# slurmd, with their state, logs, sockets and pid files in a folder of the test's own and on TCP ports of their own.
set -euo pipefail

usage() {
  cat <<'TEXT'
usage: tests/support/slurm.sh available
       tests/support/slurm.sh start DIR | stop DIR | kill-controller DIR | start-controller DIR

  available     exits 0 where a cluster can be started here, else says in one line why not and exits 1
  start DIR     starts a cluster whose files lie in DIR and waits until its node is idle. Prints the line that makes
                sbatch, squeue and the like use it:  lines=$(tests/support/slurm.sh start DIR) && eval "$lines"
  stop DIR      ends every job and daemon of the cluster and waits until they are gone; its logs stay in DIR. Does
                nothing where none runs
  kill-controller DIR   has slurmctld save its state, which takes up to 5 seconds, and ends it with SIGKILL; jobs run on
  start-controller DIR  starts slurmctld again with the state that it had saved, and waits until it answers

Variables for start:
  CPUS=4            CPUs that the one node claims to have, whatever the machine has
  REQUEUE_DELAY=5   seconds that a requeued job waits; 5 is the least that Slurm takes, 120 what it takes by itself

Several clusters may run at once, each in a folder of its own.
TEXT
}

readonly START_SECONDS=30  # for a daemon to answer, and for the node to become idle
readonly GRACE_SECONDS=5   # for jobs to end by themselves before SIGKILL; mpirun takes 3
readonly STOP_SECONDS=10   # for daemons to be gone
readonly LONGEST_DIR=80    # a unix socket's path holds 107 characters, and slurmd adds its own name to DIR
readonly SAVE_SECONDS=10   # for slurmctld to save its state; a change may wait for 5
readonly POLL=0.1          # seconds between two looks

# Debian keeps daemons where a user's PATH doesn't look.
PATH=$PATH:/usr/sbin:/sbin

fail() {
  printf 'slurm: %s\n' "$*" >&2
  exit 1
}

# why_not  prints what is missing here, or nothing.
why_not() {
  local program missing=''
  for program in munged slurmctld slurmd sbatch squeue sinfo scancel scontrol; do
    command -v "$program" >/dev/null || missing+=" $program"
  done
  if [ -n "$missing" ]; then
    echo "no Slurm here, missing:$missing; apt-get install -y --no-install-recommends slurm-wlm munge"
  elif [ "$(id -u)" -ne 0 ]; then
    echo "only root may start slurmd, and this is $(id -un); run it as root"
  fi
}

# eventually SECONDS COMMAND...  whether COMMAND succeeds within SECONDS.
eventually() {
  local deadline=$((SECONDS + $1))
  shift
  until "$@" >/dev/null 2>&1; do
    [ $SECONDS -lt $deadline ] || return 1
    sleep $POLL
  done
}

# gone PID  whether it has ended. One that nobody has waited for yet is listed on, but has no command line.
gone() { ! grep -q . "/proc/$1/cmdline" 2>/dev/null; }

# pid_of NAME  prints the daemon that NAME.pid names, where it lives.
pid_of() {
  local pid
  pid=$(cat "$DIR/$1.pid" 2>/dev/null) || return 1
  [ "$(cat "/proc/$pid/comm" 2>/dev/null)" = "$1" ] && ! gone "$pid" && echo "$pid"
}

# with_variable NAME=VALUE  prints the processes that were started with this in their environment.
with_variable() { grep -lzxF -e "$1" /proc/[0-9]*/environ 2>/dev/null | cut -d / -f 3 || true; }

# daemons  prints the cluster's own processes, those that watch over a running job among them. Only start gives a
# process of such a name this SLURM_CONF.
daemons() {
  local pid
  for pid in $(with_variable "SLURM_CONF=$SLURM_CONF"); do
    case $(cat "/proc/$pid/comm" 2>/dev/null) in munged | slurmctld | slurmd | slurmstepd) echo "$pid" ;; esac
  done
}

# jobs_processes  prints what runs in the cluster's jobs.
jobs_processes() {
  local name
  name=$(sed -n 's/^ClusterName=//p' "$SLURM_CONF" 2>/dev/null) || return 0
  [ -z "$name" ] || with_variable "SLURM_CLUSTER_NAME=$name"
}

slurmctld_and_slurmd() { pid_of slurmctld || true; pid_of slurmd || true; }
everything() { daemons; jobs_processes; }

# no LIST  whether the function LIST prints no process.
no() { [ -z "$("$1")" ]; }

# send SIGNAL LIST  to the processes that the function LIST prints. One that has ended meanwhile is no failure.
send() {
  local pids
  mapfile -t pids < <("$2")
  [ ${#pids[@]} -eq 0 ] || kill -s "$1" "${pids[@]}" 2>/dev/null || true
}

kill_everything() {
  send KILL everything
  no everything
}

# end_all  ends jobs and daemons, gently and then by force; says whether all are gone.
end_all() {
  if pid_of slurmctld && pid_of munged; then
    scancel --user=root || true
    eventually $GRACE_SECONDS no jobs_processes || true
  fi >/dev/null 2>&1
  send TERM slurmctld_and_slurmd
  eventually $STOP_SECONDS no slurmctld_and_slurmd || true
  # Again and again: a process may have started another while we looked.
  eventually $STOP_SECONDS kill_everything
}

# give_up MESSAGE  ends what start has started, and fails.
give_up() {
  end_all || true
  fail "$1; see the logs in $DIR"
}

# free_ports  prints two free TCP ports, below those that the kernel hands out by itself and above Slurm's own.
free_ports() {
  local port found=()
  while [ ${#found[@]} -lt 2 ]; do
    port=$((10000 + (RANDOM * 32768 + RANDOM) % 22000))
    [ "${found[*]}" != "$port" ] || continue
    (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null || found+=("$port")
  done
  echo "${found[@]}"
}

write_configuration() {
  local controller_port node_port host
  read -r controller_port node_port <<<"$(free_ports)"
  host=$(hostname -s)
  rm -rf "$DIR/state" "$DIR/spool"  # else slurmctld would carry on with the jobs of a cluster that was here before
  mkdir -p "$DIR/state" "$DIR/spool"
  (umask 077 && head -c 128 /dev/urandom >"$DIR/munge.key")
  # The node is named as the machine is, or slurmd and mpirun would take it for another one.
  cat >"$DIR/slurm.conf" <<TEXT
ClusterName=test$controller_port
SlurmctldHost=$host(127.0.0.1)
SlurmctldPort=$controller_port
SlurmdPort=$node_port
SlurmUser=root
SlurmdUser=root

AuthType=auth/munge
CredType=cred/munge
# A requeued job waits until the credential of its last run has expired.
AuthInfo=socket=$DIR/munge.socket,cred_expire=${REQUEUE_DELAY:-5}

StateSaveLocation=$DIR/state
SlurmdSpoolDir=$DIR/spool
SlurmctldPidFile=$DIR/slurmctld.pid
SlurmdPidFile=$DIR/slurmd.pid
SlurmctldLogFile=$DIR/slurmctld.log
SlurmdLogFile=$DIR/slurmd.log
MailProg=/bin/true

# What works without systemd, cgroups and a database.
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
MpiDefault=none

SchedulerType=sched/backfill
SchedulerParameters=sched_interval=1,batch_sched_delay=0,bf_interval=1
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU

JobRequeue=1
KillWait=10
OverTimeLimit=0
InactiveLimit=0
MinJobAge=86400
# Without a controller, squeue and the like wait a second less than this; scontrol show job twice as long.
MessageTimeout=5
SlurmctldTimeout=300
SlurmdTimeout=300
ReturnToService=2

# The node may claim more than the machine has.
SlurmdParameters=config_overrides
NodeName=$host NodeAddr=127.0.0.1 CPUs=${CPUS:-4} RealMemory=65536 State=UNKNOWN
PartitionName=test Nodes=ALL Default=YES MaxTime=INFINITE State=UP
TEXT
}

# launch NAME COMMAND...  runs a daemon's command, which returns when the daemon is in the background.
launch() {
  local name=$1
  shift
  "$@" >>"$DIR/$name.log" 2>&1 </dev/null || give_up "$name did not start: $(tail -n 1 "$DIR/$name.log")"
}

controller_answers() { scontrol ping | grep -q 'is UP'; }
node_is_idle() { [ "$(sinfo --noheader --format=%T)" = idle ]; }

start() {
  local reason
  reason=$(why_not)
  [ -z "$reason" ] || fail "$reason"
  [ ${#DIR} -le $LONGEST_DIR ] || fail "$DIR is too long for a socket's path (over $LONGEST_DIR); take one in /tmp"
  [[ $DIR != *[[:space:],\#\"]* ]] || fail "slurm.conf can't hold a space, comma, # or quote; rename '$DIR'"
  [ "${REQUEUE_DELAY:-5}" -ge 5 ] || fail "REQUEUE_DELAY=$REQUEUE_DELAY is less than Slurm takes; make it 5 or more"
  no everything || fail "a cluster runs in $DIR already; end it with: tests/support/slurm.sh stop $DIR"
  mkdir -p "$DIR"
  write_configuration
  # --force: munged else refuses a folder whose parents others may write to.
  launch munged munged --force --key-file="$DIR/munge.key" --socket="$DIR/munge.socket" --num-threads=2 \
    --pid-file="$DIR/munged.pid" --log-file="$DIR/munged.log" --seed-file="$DIR/munged.seed"
  launch slurmctld slurmctld -f "$SLURM_CONF"
  launch slurmd slurmd -f "$SLURM_CONF"
  eventually $START_SECONDS controller_answers || give_up "slurmctld does not answer after $START_SECONDS s"
  eventually $START_SECONDS node_is_idle || give_up "the node is not idle after $START_SECONDS s"
  printf 'export SLURM_CONF=%q\n' "$SLURM_CONF"
}

saved() { [ "$DIR/state/job_state" -nt "$DIR/before_save" ]; }

kill_controller() {
  local pid
  pid=$(pid_of slurmctld) || fail "no slurmctld runs in $DIR; first: tests/support/slurm.sh start-controller $DIR"
  # It saves what changes only now and then, and one that comes back with older state loses jobs, or starts them twice
  # and drains the node.
  touch "$DIR/before_save"
  scontrol reconfigure || fail "slurmctld does not answer; see $DIR/slurmctld.log"
  eventually $SAVE_SECONDS saved || fail "slurmctld has not saved its state in $SAVE_SECONDS s; see $DIR/slurmctld.log"
  kill -KILL "$pid"
  eventually $STOP_SECONDS gone "$pid" || fail "slurmctld, process $pid, outlives SIGKILL; look at it with ps"
}

start_controller() {
  pid_of munged >/dev/null || fail "no cluster runs in $DIR; start one with: tests/support/slurm.sh start $DIR"
  ! pid_of slurmctld >/dev/null || fail "slurmctld runs in $DIR already; end it first with kill-controller"
  slurmctld -f "$SLURM_CONF" >>"$DIR/slurmctld.log" 2>&1 </dev/null ||
    fail "slurmctld did not start: $(tail -n 1 "$DIR/slurmctld.log"); see $DIR/slurmctld.log"
  eventually $START_SECONDS controller_answers ||
    fail "slurmctld does not answer after $START_SECONDS s; see $DIR/slurmctld.log"
}

available() {
  local reason
  reason=$(why_not)
  [ -z "$reason" ] || { echo "$reason"; exit 1; }
}

action=${1:-}
case $action in
  available) available; exit 0 ;;
  start | stop | kill-controller | start-controller) ;;
  -h | --help) usage; exit 0 ;;
  *) usage >&2; exit 2 ;;
esac
[ $# -eq 2 ] || fail "$action wants one folder: tests/support/slurm.sh $action DIR"
DIR=$(realpath -m -- "$2")
export SLURM_CONF=$DIR/slurm.conf

case $action in
  start) start ;;
  stop) end_all || fail "these processes of $DIR outlive SIGKILL: $(everything | paste -sd " ")" ;;
  kill-controller) kill_controller ;;
  start-controller) start_controller ;;
esac
