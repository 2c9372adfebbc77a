"""Punches that only say who and when: paired by the shifts stated with the import.

What becomes of them is said by ``core/rules/punch_pairing.py``; here are its days, places and words.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from workforce.core.errors import InputError
from workforce.core.rules.punch_pairing import (
    DAY_MINUTES,
    LONGEST_MINUTES,
    Loose,
    Stretch,
    pair_punches,
)
from workforce.core.text import Text
from workforce.imports.reading.tables import Placed, Reading
from workforce.imports.refusals import Notice, Place, Refusal
from workforce.imports.source import Options
from workforce.imports.sources._days import DayRow

IN: Final = Text("上班", "in")
OUT: Final = Text("下班", "out")


def minute_of(on: dt.date, hour: int = 0, minute: int = 0) -> int:
    """Return a time as minutes from a fixed midnight on."""
    return on.toordinal() * DAY_MINUTES + hour * 60 + minute


def moment_of(minute: int) -> dt.datetime:
    """Return minutes as a local time."""
    day, rest = divmod(minute, DAY_MINUTES)
    return dt.datetime.combine(dt.date.fromordinal(day), dt.time(rest // 60, rest % 60))


@dataclass(slots=True)
class Person:
    """One person's punches, in minutes, each with a mark from which its place can be told."""

    user_id: str
    place_of: Callable[[int], Place]
    employee_no: str = ""
    name: str = ""
    marks: dict[int, int] = field(default_factory=dict)

    def place(self, minute: int) -> Place:
        """Return where a punch was first met."""
        return self.place_of(self.marks[minute])


def read_people(people: Mapping[str, Person], options: Options, reading: Reading[DayRow]) -> None:
    """Pair everybody's punches to days; those that lack a partner are refused with their day.

    Who came and has not left by the end of the file, may still be at work: that is a notice.

    Raises:
        InputError: the import does not state the shifts.

    """
    if not options.planned:
        raise InputError("punch.rule_unknown")
    longest = options.longest_minutes or LONGEST_MINUTES
    last = max((max(person.marks) for person in people.values()), default=0)
    at_work: list[Place] = []
    for person in people.values():
        pairing = pair_punches(person.marks, options.planned, longest)
        spoilt: set[dt.date] = set()
        for loose in pairing.loose:
            place = person.place(loose.at)
            spoilt.add(dt.date.fromordinal(loose.day))
            if loose.lacks_end and last - loose.at < longest:
                at_work.append(place)
            else:
                reading.refusals.append(_refused(person, loose, place))
        reading.rows += _days(person, pairing.stretches, spoilt)
    if at_work:
        words = Text(
            f"有 {len(at_work)} 人在文件结束时还没有下班卡：这些班次下次导入",
            f"{len(at_work)} people have not punched out by the end of the file: "
            "these shifts come with the next one",
        )
        reading.notices.append(Notice(words, min(at_work, key=lambda place: place.row or 0)))


def _refused(person: Person, loose: Loose, place: Place) -> Refusal:
    on = dt.date.fromordinal(loose.day)
    error = (
        InputError("punch.unclear", on=on)
        if loose.is_unclear
        else InputError("punch.missing", on=on, which=OUT if loose.lacks_end else IN)
    )
    who = person.name or person.user_id or person.employee_no
    return Refusal(place, f"{who} {moment_of(loose.at):%m-%d %H:%M}", error)


def _days(
    person: Person, stretches: tuple[Stretch, ...], spoilt: set[dt.date]
) -> Iterator[Placed[DayRow]]:
    """Yield the days of work; a shift belongs to the day on which it began."""
    days: dict[dt.date, list[Stretch]] = {}
    for stretch in stretches:
        if dt.date.fromordinal(stretch.day) not in spoilt:
            days.setdefault(moment_of(stretch.start).date(), []).append(stretch)
    for on, group in days.items():
        if on not in spoilt:
            yield Placed(
                person.place(group[0].start),
                DayRow(
                    user_id=person.user_id,
                    employee_no=person.employee_no,
                    name=person.name,
                    on=on,
                    shift_type=None,
                    pairs=tuple((moment_of(one.start), moment_of(one.end)) for one in group),
                    minutes=sum(one.end - one.start - one.break_minutes for one in group),
                ),
            )
