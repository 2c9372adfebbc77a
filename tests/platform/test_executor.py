"""The seam for wide work."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from workforce.platform.executor import run_wide


def _process_of(_task: int) -> int:
    return os.getpid()


def _reciprocal(task: int) -> str:
    return Path(str(100 // task)).name


def test_results_keep_their_order() -> None:
    assert list(run_wide(_reciprocal, [1, 2, 4, 5, 10], workers=2)) == [
        "100", "50", "25", "20", "10",
    ]  # fmt: skip


def test_one_worker_is_this_process() -> None:
    assert set(run_wide(_process_of, range(3), workers=1)) == {os.getpid()}


def test_several_workers_are_others() -> None:
    assert os.getpid() not in set(run_wide(_process_of, range(3), workers=2))


def test_a_failure_reaches_the_caller_in_its_turn() -> None:
    results = run_wide(_reciprocal, [1, 0, 2], workers=2)
    assert next(results) == "100"
    with pytest.raises(ZeroDivisionError):
        next(results)


def test_tasks_are_taken_as_the_work_goes_on() -> None:
    taken = []

    def source() -> Iterator[int]:
        for task in range(1, 41):
            taken.append(task)
            yield task

    results = run_wide(_reciprocal, source(), workers=2)
    assert next(results) == "100"
    assert len(taken) < 10
