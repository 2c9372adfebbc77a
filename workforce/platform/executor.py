"""The one seam for wide work (documents, recomputation): a ``concurrent.futures`` executor.

One machine uses a process pool. Whoever has more machines puts another ``Executor`` here, a Dask
cluster's for example, and nothing else changes. Work handed over is a module-level function with
picklable arguments; it opens its own database session and never receives ORM objects.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from contextlib import contextmanager
from itertools import islice
from multiprocessing import get_context
from typing import Final, TypeVar

Task = TypeVar("Task")
Done = TypeVar("Done")

_AHEAD: Final = 2
"""So many chunks wait for each worker: it never idles, and few tasks are held in memory."""


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

    Tasks are taken from their source as the work goes on, a few chunks ahead, so that their number
    costs no memory. With one worker, or on a single core, the work is done here: no process is
    started. The first exception of a task is raised when its turn comes.
    """
    count = workers or os.cpu_count() or 1
    if count == 1:
        yield from map(function, tasks)
        return
    source = iter(tasks)
    with wide_executor(count) as executor:
        waiting: deque[Future[list[Done]]] = deque()
        try:
            while True:
                while len(waiting) < count * _AHEAD and (part := [*islice(source, chunk)]):
                    waiting.append(executor.submit(_do, function, part))
                if not waiting:
                    return
                yield from waiting.popleft().result()
        finally:
            # Whoever stops listening does not wait for what nobody wants any more.
            for future in waiting:
                future.cancel()


def _do(function: Callable[[Task], Done], tasks: Sequence[Task]) -> list[Done]:
    return [function(task) for task in tasks]
