"""A worker in a process of its own, with one kind of job that behaves as its parameters ask.

Each job writes an entry to the audit, which the tests count; what else it does on its first attempt:

* ``hang_before``: says ``begun`` and never ends;
* ``hang_after``: commits its work and its end together, says ``committed`` and never ends;
* ``run_until_stopped``: says ``begun`` and goes on until it is interrupted.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Mapping
from datetime import timedelta
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from workforce.app import create_app
from workforce.config import Settings
from workforce.jobs import Worker
from workforce.platform import audit, jobs, schedules
from workforce.platform.db import unit_of_work
from workforce.platform.jobs import JobKind, Progress, Task

DONE = "effect"
TICK_S = 0.2
LAST_WORD_S = 3.0


_saying: Connection
"""Where this process is heard."""
_one_at_a_time = threading.Lock()


def _say(line: str) -> None:
    with _one_at_a_time:
        _saying.send(line)


def _work(task: Task, progress: Progress) -> dict[str, Any]:
    behaviour = task.params.get("behaviour") if task.attempt == 1 else None
    progress.step("clean")
    if behaviour == "hang_before":
        _say("begun")
        threading.Event().wait()
    pause = threading.Event()
    if behaviour == "run_until_stopped":
        _say("begun")
        while not pause.wait(0.01):
            progress.advance()
    with unit_of_work() as session:
        audit.record(session, task.actor, DONE, "job", task.job_id, company_id=task.company_id)
        progress.complete(session)
    if behaviour == "hang_after":
        _say("committed")
        threading.Event().wait()
    return {}


KIND = JobKind("clean_up", _work)


def main(
    saying: Connection,
    instance: Path,
    environ: Mapping[str, str],
    lease_s: float,
    patience_s: float,
) -> None:
    """Work until told to stop; exits with 1 if a job could not be given back."""
    global _saying  # noqa: PLW0603 - the kind's function is called without it
    _saying = saying
    os.environ.update(environ)
    app = create_app(Settings.load(instance))
    jobs.register_kinds(app, (KIND,))
    schedules.register_defaults(app, ())
    worker = Worker(
        app,
        say=lambda text: _say(text.en),
        tick_s=TICK_S,
        lease=timedelta(seconds=lease_s),
        patience_s=patience_s,
        last_word_s=LAST_WORD_S,
    )
    signal.signal(signal.SIGTERM, worker.stop)
    sys.exit(0 if worker.run() else 1)
