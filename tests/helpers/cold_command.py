"""What a command of malmoi's does in a process of its own."""

from __future__ import annotations

import subprocess
import sys

_PROGRAM = """
import sys
from malmoi.cli import app
from malmoi.core.kept import Table

read_whole = []
whole = Table._whole

def noted(table):
    read_whole.append(table._name)
    return whole(table)

Table._whole = noted
app(sys.argv[1:], standalone_mode=False)
print(*read_whole, "|", *{name.partition(".")[0] for name in sys.modules}, file=sys.stderr)
"""


def work_of(*arguments: str) -> tuple[set[str], set[str]]:
    """The tables that a command reads whole, and the packages that it imports."""
    command = [sys.executable, "-c", _PROGRAM, *arguments]
    ended = subprocess.run(command, capture_output=True, text=True, check=True)
    tables, _, packages = ended.stderr.splitlines()[-1].partition("|")
    return set(tables.split()), set(packages.split())
