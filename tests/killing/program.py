"""What is killed: a worker with all the jobs there are, or a run on its way from calculated to closed.

Both are begun in processes of their own (``work``, ``decide``) and say ``begun`` once they can be killed
in the middle of something. ``decide`` takes November through its life, leaves out what is done, and ends.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Mapping
from datetime import timedelta
from multiprocessing.connection import Connection
from pathlib import Path

from tests.killing import run_life
from workforce.app import create_app
from workforce.config import Settings
from workforce.jobs import Worker
from workforce.platform import schedules

_TICK_S = 0.2
_LEASE_S = 5.0


def work(said: Connection, instance: Path, environ: Mapping[str, str]) -> None:
    """Work until told to stop; exits with 1 if a job could not be given back."""
    os.environ.update(environ)
    app = create_app(Settings.load(instance))
    schedules.register_defaults(app, ())
    worker = Worker(app, tick_s=_TICK_S, lease=timedelta(seconds=_LEASE_S), patience_s=0.0)
    signal.signal(signal.SIGTERM, worker.stop)
    said.send("begun")
    sys.exit(0 if worker.run() else 1)


def decide(said: Connection, instance: Path, environ: Mapping[str, str], *accounts: int) -> None:
    """Take November of a company from calculated to closed: company, maker and approver are keys."""
    os.environ.update(environ)
    with create_app(Settings.load(instance)).app_context():
        said.send("begun")
        for _ in run_life.steps(*accounts):
            pass
