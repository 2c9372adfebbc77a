"""Processes of their own for tests, forked from one that has loaded the program once.

To load it takes longer than what most of these processes are started for. Their function must be found
by its name in a module of ``_PROGRAMS``; ``tests/killing/program.py`` is one.
"""

from __future__ import annotations

from multiprocessing import get_context
from typing import Final

_PROGRAMS: Final = ["tests.jobs.program", "tests.killing.program"]

PROCESSES: Final = get_context("forkserver")
PROCESSES.set_forkserver_preload(_PROGRAMS)
