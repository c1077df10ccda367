# What the batch scripts beside this one share, to be sourced from them in a job of Slurm's.

# Runs a command that saves and ends with 75 on SIGUSR1. Where the time limit is what stopped it, the job goes back into the
# queue, to run the same again. Ends the script with the command's status.
run_until_done() {
  "$@" &
  local command=$! code=0 limit_is_near=no

  # Before the time limit Slurm signals the script alone (--signal=B:USR1@…).
  trap 'limit_is_near=yes; kill -USR1 $command 2>/dev/null || true' USR1
  trap 'kill -TERM $command 2>/dev/null || true' TERM
  wait $command || code=$?
  # A signal ends a wait before the command does.
  while kill -0 $command 2>/dev/null; do code=0; wait $command || code=$?; done

  if [ $code -eq 75 ] && [ $limit_is_near = yes ]; then
    scontrol requeue "$SLURM_JOB_ID"
    sleep 60   # Slurm ends this job for it
  fi
  exit $code
}
