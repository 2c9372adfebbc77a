"""The worker: one process that does queued work and queues what is due.

Two kinds of thread. APScheduler, in memory, calls one *tick* every few seconds: it gives a sign of
life, gives back the jobs of workers that were killed and fires what is due; all that it knows it
reads from the database, so a schedule edited on a page holds from the next tick on. *Lanes* take one
job after the other; there are two, so that a long calculation does not keep the small ones waiting.
Any number of workers may run: the rows decide who does what.
"""

from __future__ import annotations

import logging
import os
import queue
import socket
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from apscheduler.schedulers.background import BackgroundScheduler

from workforce.core.terms import term
from workforce.core.text import Text
from workforce.platform import job_runs, schedules, workers
from workforce.platform.jobs import JobState, Progress, kinds

if TYPE_CHECKING:
    from flask import Flask

_log = logging.getLogger(__name__)

TICK_S: Final = 10.0
LANES: Final = 2
PATIENCE_S: Final = 20.0
"""How long work may go on after the worker was told to end; then it is given back."""
LAST_WORD_S: Final = 10.0
"""How long giving back may take; work that takes no step for so long is left as it is."""
_LOOK_S: Final = 1.0
"""How often an idle lane looks for work."""
_AFTER_FAILURE_S: Final = 5.0

Say = Callable[[Text], None]


@dataclass
class Worker:
    """One worker of an installation; ``run`` returns when ``stop`` was called.

    ``lease`` is how long the worker may be silent before its job is given away; ``say`` tells people
    what it does.
    """

    app: Flask
    say: Say = field(default=lambda _text: None)
    tick_s: float = TICK_S
    lease: timedelta = job_runs.LEASE
    patience_s: float = PATIENCE_S
    last_word_s: float = LAST_WORD_S
    lanes: int = LANES
    _asked: queue.SimpleQueue[None] = field(default_factory=queue.SimpleQueue)
    _stop: threading.Event = field(default_factory=threading.Event)
    _wake: threading.Event = field(default_factory=threading.Event)
    _stopped_at: float | None = None
    _worker_id: int = 0

    def stop(self, *_signal: object) -> None:
        """Take no more work; a second call gives back at once what is being done.

        Safe in a signal: of what threads share only a ``SimpleQueue`` may be used there. An event's lock
        may be held by the very thread that the signal interrupts, which then would wait for itself.
        """
        is_again = self._stopped_at is not None
        self._stopped_at = time.monotonic() - (self.patience_s if is_again else 0)
        self._asked.put(None)

    def run(self) -> bool:
        """Work until ``stop`` is called; tell whether everything was ended or given back."""
        with self.app.app_context():
            schedules.insert_defaults()
            self._worker_id = workers.begin(f"{socket.gethostname()}:{os.getpid()}")
        # A tick that is still busy when the next one is due is no event.
        logging.getLogger("apscheduler").setLevel(logging.ERROR)
        # Only the tick lives in APScheduler's store, and the zone is of no account to an interval.
        clockwork = BackgroundScheduler(timezone="UTC")
        clockwork.add_job(
            self._tick,
            "interval",
            seconds=self.tick_s,
            max_instances=1,
            coalesce=True,
            misfire_grace_time=None,
        )
        lanes = [
            threading.Thread(target=self._lane, name=f"lane-{number}", daemon=True)
            for number in range(1, self.lanes + 1)
        ]
        self.say(Text("后台程序开始工作", "The worker is at work"))
        self._tick()
        clockwork.start()
        for lane in lanes:
            lane.start()
        self._asked.get()
        self._stop.set()
        self._wake.set()
        self.say(Text("后台程序正在结束", "The worker is ending"))
        clockwork.shutdown(wait=True)
        deadline = time.monotonic() + self.patience_s + self.last_word_s
        for lane in lanes:
            lane.join(max(0.0, deadline - time.monotonic()))
        is_clean = not any(lane.is_alive() for lane in lanes)
        with self.app.app_context():
            workers.beat(self._worker_id, is_last=True)
        return is_clean

    def _should_give_back(self) -> bool:
        """Tell whether patience with what is being done has ended."""
        stopped_at = self._stopped_at
        return stopped_at is not None and time.monotonic() - stopped_at >= self.patience_s

    def _tick(self) -> None:
        with self.app.app_context():
            try:
                workers.beat(self._worker_id)
                taken = job_runs.take_over()
                fired = schedules.fire_due()
            except Exception:  # noqa: BLE001 - the next tick does what this one could not
                _log.exception("the worker's tick failed")
                return
        for job_id in taken:
            self.say(
                Text(f"任务 {job_id} 的执行程序已失联", f"The worker of job {job_id} is silent")
            )
        for each in fired:
            if each.missed:
                label = term(f"job_kind.{each.kind}")
                self.say(
                    Text(f"{label.zh}：错过 {each.missed} 次", f"{label.en}: {each.missed} missed")
                )
        if taken or fired:
            self._wake.set()

    def _lane(self) -> None:
        while not self._stop.is_set():
            try:
                with self.app.app_context():
                    progress = job_runs.claim(self.lease)
                    if progress is not None:
                        self._do(progress)
                        continue
            except Exception:  # noqa: BLE001 - a worker without lanes would look alive and do nothing
                _log.exception("a lane of the worker failed")
                self._stop.wait(_AFTER_FAILURE_S)
                continue
            # Cleared only by who found nothing, so that a wake-up between is not lost for long.
            self._wake.wait(_LOOK_S)
            if not self._stop.is_set():
                self._wake.clear()

    def _do(self, progress: Progress) -> None:
        began = time.monotonic()
        state = job_runs.execute(progress, self.lease, self._should_give_back)
        spent = time.monotonic() - began
        label = kinds()[progress.task.kind].label
        words = term(f"job_state.{state or JobState.QUEUED}")
        self.say(
            Text(
                f"任务 {progress.task.job_id} {label.zh}：{words.zh}（{spent:.1f} 秒）",
                f"Job {progress.task.job_id} {label.en}: {words.en} ({spent:.1f} s)",
            )
        )
