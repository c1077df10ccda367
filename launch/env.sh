# Puts agtrain's programs on PATH and gives Open MPI the settings that training needs. Source it, from any folder:
#   . /path/to/agtrain/launch/env.sh
# A variable that is set already is left as it is; on mpirun's command line the like of --bind-to wins over all of these.

# This file's own path. A plain sh has no name for it, but has it open while it reads it.
if [ -n "${BASH_VERSION:-}" ]; then
  eval '_ag_file=${BASH_SOURCE[0]}'
elif [ -n "${ZSH_VERSION:-}" ]; then
  eval '_ag_file=${(%):-%x}'
else
  for _ag_file in "/proc/$$/fd/"*; do
    _ag_file=$(readlink "$_ag_file")
    case $_ag_file in */env.sh) break ;; esac
  done
fi
# In a checkout it lies in launch/, installed in share/agtrain/.
_ag_root=$(cd "$(dirname "$_ag_file")/.." && pwd)
_ag_bin=$_ag_root/build/bin
[ "${_ag_root##*/}" != share ] || _ag_bin=${_ag_root%/share}/bin
_ag_default() { eval "export $1=\"\${$1:-$2}\""; }

case ":$PATH:" in
  *":$_ag_bin:"*) ;;
  *) export PATH="$_ag_bin:$PATH" ;;
esac

# mpirun refuses root without both, and in a container one usually is root.
if [ "$(id -u)" -eq 0 ]; then
  _ag_default OMPI_ALLOW_RUN_AS_ROOT 1
  _ag_default OMPI_ALLOW_RUN_AS_ROOT_CONFIRM 1
fi

# More ranks than cores: mpirun otherwise says that there are not enough slots and stops. Ranks that wait then yield
# their core, which Open MPI does by itself when it sees that it is oversubscribed.
_ag_default OMPI_MCA_rmaps_base_oversubscribe 1

# mpirun -np 1 and -np 2 bind each rank to one core by default, so that its loader threads would have to share the core
# that computes. On a machine with several sockets, mpirun --bind-to numa keeps ranks near their memory.
_ag_default OMPI_MCA_hwloc_base_binding_policy none

# How mpirun ends ranks, on SIGTERM, on Ctrl-C and when one has failed: SIGCONT at once, on which agtrain saves a
# checkpoint and ends; SIGTERM after so many seconds; SIGKILL after as many more. It waits all that time even when the
# ranks have gone. The default of 1 cuts a save short. Raise it where one training step takes longer, or stop by SIGUSR1,
# which has no limit.
_ag_default OMPI_MCA_odls_base_sigkill_timeout 3

# Ranks on one host read each other's memory (process_vm_readv). A container's system call filter may forbid that to a
# process without CAP_SYS_PTRACE (bit 19), and each message then prints "Read -1, expected ...": copy twice instead.
_ag_seccomp=$(sed -n 's/^Seccomp:[[:space:]]*//p' /proc/self/status 2>/dev/null)
_ag_caps=$(sed -n 's/^CapEff:[[:space:]]*//p' /proc/self/status 2>/dev/null)
if [ "$_ag_seccomp" = 2 ] && [ $((0x${_ag_caps:-0} >> 19 & 1)) -eq 0 ]; then
  _ag_default OMPI_MCA_btl_vader_single_copy_mechanism none
fi

unset -f _ag_default
unset _ag_file _ag_root _ag_bin _ag_seccomp _ag_caps
