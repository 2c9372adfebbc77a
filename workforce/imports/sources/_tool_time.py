"""Time that a tool's page measured, beside the recorded shifts: a check for people, never a base of pay.

A browser says what it likes: a page that was left open counts the lunch break, a script claims
anything. So the figure is not stored anywhere. While a file is looked at, days on which the tool claims
more than the shifts hold, or on which no shift is recorded at all, are counted and the largest are named.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, Final

from workforce.attendance import queries as attendance
from workforce.core.text import Text
from workforce.imports.refusals import Notice
from workforce.platform.scope import Scope

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from workforce.imports.source import Context

_LONGEST_SECONDS: Final = 24 * 60 * 60
_NAMED: Final = 3
_MINUTE_SECONDS: Final = 60

Claim = tuple[int, dt.date, int]
"""Whose, of which day, and how many seconds the tool claims."""


def seconds_of(claimed: Any) -> int:
    """Read seconds as a tool writes them (``33.5``); what cannot be one piece of work's time is 0."""
    text = str(claimed).partition(".")[0]
    if not (text.isascii() and text.isdigit() and len(text) <= len(str(_LONGEST_SECONDS))):
        return 0
    seconds = int(text)
    return seconds if seconds <= _LONGEST_SECONDS else 0


def tool_time_notices(
    session: Session, context: Context, claims: Iterable[Claim]
) -> Iterator[Notice]:
    """Compare what a tool claims with the shifts of the same days, in one query."""
    claimed: Counter[tuple[int, dt.date]] = Counter()
    for employment_id, on, seconds in claims:
        claimed[employment_id, on] += seconds
    claimed = +claimed
    if not claimed:
        return
    days = [on for _, on in claimed]
    worked: Counter[tuple[int, dt.date]] = Counter()
    shifts = attendance.shifts(Scope.company(context.company_id), min(days), max(days))
    for shift in session.execute(shifts.order_by(None)):
        span = int((shift.ends_at - shift.starts_at).total_seconds())
        worked[shift.employment_id, shift.work_on] += span - shift.break_minutes * _MINUTE_SECONDS
    over = {day: claimed[day] - worked[day] for day in claimed if day in worked}
    over = {day: seconds for day, seconds in over.items() if seconds > 0}
    if over:
        largest = sorted(over, key=lambda day: (-over[day], day))[:_NAMED]
        yield _notice(
            context,
            largest,
            f"工具上报的时间在 {len(over)} 个人日超过登记的班次，请核对（只供核对，不作计薪依据）",
            f"On {len(over)} person-days the tool claims more time than the shifts hold: check them"
            " (for comparison only; nothing is paid by it)",
        )
    without = sorted(day for day in claimed if day not in worked)
    if without:
        yield _notice(
            context,
            without[:_NAMED],
            f"工具里有时间、考勤没有班次的有 {len(without)} 个人日，请补登或核对",
            f"On {len(without)} person-days the tool claims time and no shift is recorded",
        )


def _notice(context: Context, named: Iterable[tuple[int, dt.date]], zh: str, en: str) -> Notice:
    who = [f"{context.directory.names[key].employee_no} {on}" for key, on in named]
    return Notice(Text(f"{zh}：{'、'.join(who)}", f"{en}: {', '.join(who)}"))
