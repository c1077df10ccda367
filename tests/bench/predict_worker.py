"""Programs that are asked in turn, and wait while others are measured."""
import json
import os
import signal
import subprocess
import tempfile

from train_process import Failed, telling_line


class Worker:
    """One program. `environment` is added to this process's own. Close it, else it lives on."""

    def __init__(self, command, environment=None):
        self.command = [str(part) for part in command]
        self.errors = tempfile.TemporaryFile("w+")
        self.process = subprocess.Popen(
            self.command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self.errors, text=True,
            start_new_session=True, env={**os.environ, **(environment or {})},
        )

    def ask(self, question):
        """Failed where the program has ended."""
        try:
            self.process.stdin.write(json.dumps(question) + "\n")
            self.process.stdin.flush()
            line = self.process.stdout.readline()
        except BrokenPipeError:
            line = ""
        if not line:
            raise Failed(f"{os.path.basename(self.command[0])} ended with {self.process.wait()}: {self.complaint()}")
        return json.loads(line)

    def complaint(self):
        self.errors.seek(0)
        return telling_line(self.errors.read())

    def close(self):
        """Its own children too: torch.compile has some."""
        try:
            self.process.stdin.close()
            self.process.wait(timeout=20)
        except (BrokenPipeError, subprocess.TimeoutExpired):
            pass
        try:
            os.killpg(self.process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        self.process.wait()
        self.errors.close()
