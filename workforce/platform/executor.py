"""The one seam for wide work (documents, recomputation): a ``concurrent.futures`` executor.

One machine uses a process pool. Whoever has more machines puts another ``Executor`` here, a Dask
cluster's for example, and nothing else changes. Work handed over is a module-level function with
picklable arguments; it opens its own database session and never receives ORM objects.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context
from typing import TypeVar

Task = TypeVar("Task")
Done = TypeVar("Done")


@contextmanager
def wide_executor(workers: int | None = None) -> Iterator[Executor]:
    """Open an executor with ``workers`` processes (all cores by default), closed with the block."""
    # Forking a process that holds threads or database connections is unsafe: children start fresh.
    context = get_context("forkserver")
    with ProcessPoolExecutor(
        max_workers=workers or os.cpu_count() or 1, mp_context=context
    ) as pool:
        yield pool


def run_wide(
    function: Callable[[Task], Done],
    tasks: Iterable[Task],
    *,
    workers: int | None = None,
    chunk: int = 1,
) -> Iterator[Done]:
    """Yield ``function(task)`` for each task in the order given, computed side by side.

    With one worker, or on a single core, the work is done here: no process is started. The first
    exception of a task is raised when its turn comes.
    """
    count = workers or os.cpu_count() or 1
    if count == 1:
        yield from map(function, tasks)
        return
    with wide_executor(count) as executor:
        yield from executor.map(function, tasks, chunksize=chunk)
