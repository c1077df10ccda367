#!/usr/bin/env python3
"""Draws what a command leaves on a terminal: how docs/images/training.svg was made.

usage: terminal_svg.py FILE.svg [--columns N] [--rows N] [--seconds S] [--shown TEXT] -- COMMAND...

Runs the command on a terminal of that size and draws its screen when it has ended, or after so many seconds, with
colours and progress bars as they stood. Needs pyte (a terminal) and rich (draws SVG) from PyPI.
"""
import argparse
import fcntl
import itertools
import os
import pathlib
import pty
import re
import select
import struct
import subprocess
import termios
import time

import pyte
from rich.console import CONSOLE_SVG_FORMAT, Console
from rich.style import Style
from rich.text import Text


def options():
    parser = argparse.ArgumentParser(prog="terminal_svg.py", description=__doc__.splitlines()[0])
    parser.add_argument("file", type=pathlib.Path)
    parser.add_argument("--columns", type=int, default=100)
    parser.add_argument("--rows", type=int, default=24, help="of the terminal; the picture has those that are written on")
    parser.add_argument("--seconds", type=float, default=600)
    parser.add_argument("--shown", help="the command as the picture shows it, after a prompt")
    parser.add_argument("command", nargs="+")
    return parser.parse_args()


def screen_of(told):
    """The terminal's screen when the command has ended or its time is over."""
    screen = pyte.Screen(told.columns, told.rows)
    stream = pyte.ByteStream(screen)
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", told.rows, told.columns, 0, 0))
    environment = {**os.environ, "TERM": "xterm-256color"}
    running = subprocess.Popen(told.command, stdin=theirs, stdout=theirs, stderr=theirs, env=environment,
                               start_new_session=True)
    os.close(theirs)
    end = time.monotonic() + told.seconds
    while time.monotonic() < end:
        if not select.select([ours], [], [], 0.2)[0]:
            continue
        try:
            stream.feed(os.read(ours, 65536))
        except OSError:  # the command has closed its end
            break
    running.terminate()
    running.wait()
    return screen


def colour(name):
    return None if name == "default" else f"#{name}" if len(name) == 6 and name.isalnum() and name[0].isdigit() else name


def style_of(cell):
    return Style(color=colour(cell.fg), bgcolor=colour(cell.bg), bold=cell.bold, reverse=cell.reverse)


def lines_of(screen):
    for row in range(screen.lines):
        cells = [screen.buffer[row][column] for column in range(screen.columns)]
        text = Text()
        for style, run in itertools.groupby(cells, style_of):
            text.append("".join(cell.data for cell in run), style)
        text.rstrip()
        yield text


def form():
    """rich's picture, in the reader's own font instead of one from the net."""
    without = re.sub(r"@font-face \{\{.*?\}\}", "", CONSOLE_SVG_FORMAT, flags=re.DOTALL)
    return re.sub(r"\n\s*\n+", "\n", without.replace("Fira Code, monospace", "monospace"))


def main():
    told = options()
    lines = list(lines_of(screen_of(told)))
    while lines and not lines[-1].plain:
        lines.pop()
    console = Console(record=True, width=told.columns, file=open(os.devnull, "w"), force_terminal=True)
    if told.shown:
        console.print(Text(f"$ {told.shown}", Style(bold=True)), no_wrap=True, crop=True)
    for line in lines:
        console.print(line, no_wrap=True, crop=True)
    told.file.write_text(console.export_svg(title="agtrain", code_format=form()))


if __name__ == "__main__":
    main()
