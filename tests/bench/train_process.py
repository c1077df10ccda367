"""Programs that a measurement runs, one at a time."""
import os
import signal
import subprocess

TIMEOUT_SECONDS = 1200


class Failed(Exception):
    """A program failed or took too long; the message is one line."""


def run(command, environment=None, timeout=TIMEOUT_SECONDS):
    """What the program prints. `environment` is added to this process's own."""
    command = [str(part) for part in command]
    # In a session of its own, so that all its ranks and workers can be ended with it: one left behind would take the
    # cores from whatever is measured next.
    try:
        process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True,
            env={**os.environ, **(environment or {})},
        )
    except OSError as problem:
        raise Failed(f"{command[0]} can't be run: {problem.strerror}") from problem
    try:
        printed, errors = process.communicate(timeout=timeout)
    except BaseException as problem:
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
        if isinstance(problem, subprocess.TimeoutExpired):
            raise Failed(f"took more than {timeout} s") from problem
        raise
    if process.returncode != 0:
        name = command[0].rsplit("/", 1)[-1]
        raise Failed(f"{name} exited with {process.returncode}: {telling_line(errors.strip() or printed.strip())}")
    return printed


def telling_line(text):
    """The line that says what went wrong: mpirun and Python's launcher write more around it."""
    lines = [line.strip() for line in text.splitlines() if any(letter.isalpha() for letter in line)]
    named = [line for line in lines if line.startswith("agtrain:") or "Error" in line or "what():" in line]
    return (named or lines or ["it said nothing"])[-1]
