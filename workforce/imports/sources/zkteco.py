"""The log of a ZKTeco punch clock (``1_attlog.dat``): who punched when, and nothing else that is safe.

The columns for in or out, the way of verifying and the work code mean different things in different
models and are often always 0: they are not read. The firm states its shifts, and the times are
paired by them (``core/rules/punch_pairing.py``). Lateness is not derived: a clock knows of no leave.
Logs of several clocks may be joined to one file; the order of lines does not matter.
"""

from __future__ import annotations

import datetime as dt
import io
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Final

from sqlalchemy.orm import Session

from workforce.core.errors import InputError
from workforce.core.permissions import Permission
from workforce.core.text import Text
from workforce.imports.reading.tables import Placed, Reading
from workforce.imports.refusals import Notice, Place, Refusal
from workforce.imports.source import Context, Options, Proposal, Source, SourceFile
from workforce.imports.sources import _days
from workforce.imports.sources._clock import Person, minute_of, read_people
from workforce.imports.sources._days import DayRow
from workforce.platform.scope import Scope
from workforce.production import queries as production

CODE: Final = "zkteco"

_LINE: Final = re.compile(
    rb"\s*([0-9A-Za-z]{1,24})[\t ]+(\d{4}-\d\d-\d\d)[\t ]([01]\d|2[0-3]):([0-5]\d):[0-5]\d(?:\t.*)?\s*"
)
_UTF8_MARK: Final = b"\xef\xbb\xbf"
_UTF16_MARKS: Final = (b"\xff\xfe", b"\xfe\xff")
_LINES_LIMIT: Final = 1_000_000
_SPOILT_LIMIT: Final = 10_000
_SHOWN_BYTES: Final = 60
_BACK_MINUTES: Final = 60
_YEARS: Final = range(2010, 2100)
"""A clock whose battery was empty begins again at 2000-01-01."""


def _read(file: SourceFile, options: Options) -> Reading[DayRow]:
    content = file.content
    if content.startswith(_UTF16_MARKS):
        raise InputError("file.utf16")
    if content.count(b"\n") > _LINES_LIMIT:
        raise InputError("file.bomb")
    reading: Reading[DayRow] = Reading([], [], [])
    people: dict[str, Person] = {}
    back: list[int] = []
    latest = 0
    for number, line in enumerate(io.BytesIO(content.removeprefix(_UTF8_MARK)), start=1):
        match = _LINE.fullmatch(line)
        day = _day(match[2]) if match else None
        if match is None or day is None:
            if line.strip():
                reading.refusals.append(_garbage(number, line))
                if len(reading.refusals) > _SPOILT_LIMIT:
                    raise InputError("punch.not_attlog")
            continue
        user = match[1].decode()
        minute = day + int(match[3]) * 60 + int(match[4])
        if minute < latest - _BACK_MINUTES:
            back.append(number)
        latest = minute
        person = people.get(user)
        if person is None:
            person = people[user] = Person(user, _place, name=options.users.get(user, ""))
        person.marks.setdefault(minute, number)
    if not people:
        raise InputError("punch.not_attlog")
    if back:
        reading.notices.append(_clock_set(back))
    read_people(people, options, reading)
    return reading


def _place(number: int) -> Place:
    return Place(row=number)


@lru_cache(maxsize=4096)
def _day(written: bytes) -> int | None:
    """Return the minute at which a day begins, None for a day that a clock cannot mean."""
    try:
        on = dt.date.fromisoformat(written.decode())
    except ValueError:
        return None
    return minute_of(on) if on.year in _YEARS else None


def _garbage(number: int, line: bytes) -> Refusal:
    shown = line[:_SHOWN_BYTES].decode("ascii", "replace")
    shown = "".join(sign if sign.isprintable() else "�" for sign in shown).strip()
    return Refusal(Place(row=number), shown, InputError("punch.line"))


def _clock_set(back: Sequence[int]) -> Notice:
    words = Text(
        f"有 {len(back)} 处时间往回跳：是几个文件拼成的，或有人调过考勤机的钟，请核对",
        f"The time jumps back at {len(back)} places: several files were joined, "
        "or someone set the clock; please check",
    )
    return Notice(words, Place(row=back[0]))


def _plan(session: Session, context: Context, rows: Sequence[Placed[DayRow]]) -> Proposal:
    """Map those whose name in the clock is one person's only, then plan as any report."""
    scope = Scope.company(context.company_id)
    known = {user for user, _ in session.execute(production.source_users(scope, CODE))}
    given = context.options.mapping
    counts = Counter(employee.name for employee in context.directory.employees.values())
    by_name = {
        employee.name: employee.employee_no
        for employee in context.directory.employees.values()
        if counts[employee.name] == 1
    }
    named = {
        user: by_name[name]
        for user, name in context.options.users.items()
        if user not in known and user not in given and name in by_name
    }
    options = replace(context.options, mapping={**named, **given})
    return _days.plan_rows(session, replace(context, options=options), rows, source=CODE)


_SAMPLE: Final = (
    (1, "2026-10-08 09:17:36", 0),
    (1, "2026-10-08 18:05:13", 1),
    (3, "2026-10-08 21:55:22", 0),
    (3, "2026-10-09 06:02:21", 1),
)


def _sample() -> bytes:
    """Write a day shift of number 1 and a night of number 3."""
    lines = (f"{pin:>9}\t{at}\t1\t{state}\t1\t0\r\n" for pin, at, state in _SAMPLE)
    return "".join(lines).encode()


SOURCE: Final = Source(
    code=CODE,
    label=Text("ZKTeco 考勤机记录", "ZKTeco clock log"),
    suffixes=(".dat", ".txt"),
    permission=Permission.ATTENDANCE_IMPORT,
    read=_read,
    plan=_plan,
    sample=_sample,
)
