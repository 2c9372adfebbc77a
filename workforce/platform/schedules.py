"""What is done at set times: rows that people edit, filled at first from the slices' ``SCHEDULES``."""

from __future__ import annotations

from dataclasses import dataclass

from workforce.platform.jobs import JobKind


@dataclass(frozen=True, slots=True)
class DefaultSchedule:
    """What a slice wants done at set times, until people decide otherwise.

    ``cron`` is the five fields of a crontab, in the base's zone: minute, hour, day of the month,
    month, day of the week (0 or 7 is Sunday). ``catches_up`` says what happens to times that passed
    while no worker ran: True does the newest one late, False leaves them to people.
    The job's ``task.due_at`` is the time that was due, not the time at which it is done.
    """

    kind: JobKind
    cron: str
    catches_up: bool = True
