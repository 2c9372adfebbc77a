"""Leave is stored as ranges and told by the day: from one to the other and back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, Final, NamedTuple

from workforce.core.terms import term
from workforce.core.text import Text
from workforce.platform.changes import Plan, plan_rows

Day = tuple[int, dt.date]
"""One day of one employment."""

_DAY: Final = dt.timedelta(days=1)


HALVES_OF_DAY: Final = ("morning", "afternoon")


class Granted(NamedTuple):
    """What a day of leave is: its kind, the number of the approval if there is one, and which half of it.

    ``half``: morning | afternoon; None: the whole day.
    """

    kind: str
    approval_no: str | None = None
    half: str | None = None


def leave_words(kind: str, half: str | None) -> Text:
    """Say a day's leave: ``年休假``, ``上午年休假``."""
    whole = term(f"leave.{kind}")
    if half is None:
        return whole
    of = term(f"day_half.{half}")
    return Text(f"{of.zh}{whole.zh}", f"{whole.en} ({of.en})")


def days_of(row: Mapping[str, Any]) -> Iterable[dt.date]:
    """Yield the days of a stored leave, both ends included."""
    count = (row["last_on"] - row["first_on"]).days + 1
    return (row["first_on"] + offset * _DAY for offset in range(count))


def granted_days(rows: Iterable[Mapping[str, Any]]) -> dict[Day, Granted]:
    """Say what stored leaves grant on each day."""
    return {
        (row["employment_id"], on): Granted(row["kind"], row["approval_no"], row["half"])
        for row in rows
        for on in days_of(row)
    }


def leave_ranges(granted: Mapping[Day, Granted]) -> list[dict[str, Any]]:
    """Join whole days on leave to ranges of one kind; a range ends with its month, whose lock it shares."""
    ranges: list[dict[str, Any]] = []
    for (employment_id, on), leave in sorted(granted.items()):
        last = ranges[-1] if ranges else None
        if (
            last is not None
            and last["employment_id"] == employment_id
            and leave.half is None
            and (last["kind"], last["approval_no"], last["half"]) == leave
            and last["last_on"] + _DAY == on
            and on.day != 1
        ):
            last["last_on"] = on
        else:
            ranges.append(
                {
                    "employment_id": employment_id,
                    "kind": leave.kind,
                    "approval_no": leave.approval_no,
                    "half": leave.half,
                    "first_on": on,
                    "last_on": on,
                },
            )
    return ranges


def plan_leaves(
    stored: Sequence[Mapping[str, Any]], granted: Mapping[Day, Granted], covered: Collection[Day]
) -> Plan:
    """Replace covered days within stored ranges: ranges to days, days exchanged, days to ranges.

    ``stored``: the leaves that the source answers for. Those of people for whom nothing changes
    keep their rows, however they are cut.
    """
    old = [
        row for row in stored if any((row["employment_id"], on) in covered for on in days_of(row))
    ]
    before = granted_days(old)
    after = {day: leave for day, leave in before.items() if day not in covered} | dict(granted)
    touched = {day[0] for day in before.keys() | after.keys() if before.get(day) != after.get(day)}
    plan = plan_rows(
        [row for row in old if row["employment_id"] in touched],
        leave_ranges({day: leave for day, leave in after.items() if day[0] in touched}),
        key=("employment_id", "kind", "first_on"),
        compare=("last_on", "approval_no", "half"),
        remove=True,
    )
    plan.unchanged += sum(row["employment_id"] not in touched for row in old)
    return plan
