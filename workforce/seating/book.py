"""What giving seats is checked against: the company's people, seats, tenancies, kinds of shift and assignments.

Read once, in a fixed number of statements, for one fact as for a whole file; nothing here writes.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from workforce.attendance import queries as attendance
from workforce.core.errors import ClosedError, DomainError, InputError
from workforce.core.text import Text
from workforce.people import queries as people
from workforce.platform import locks
from workforce.platform.scope import Scope, ScopeKind
from workforce.premises import queries as premises
from workforce.premises.geometry import refuse_empty
from workforce.seating import queries
from workforce.seating.times import Days, Kind, ShiftHours

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

_ONE_DAY: Final = dt.timedelta(days=1)

Record = dict[str, Any]
"""An assignment as stored (``id`` None: not yet), with the columns of the table."""


class SeatFact(NamedTuple):
    """Somebody's seat from a day on; ``seat``: its number, or ``site/number``; ``shift``: a code or name.

    Without an end it holds until the person's next seat for the same hours, or until further notice.
    """

    employment_id: int
    seat: str
    shift: str
    valid_from: dt.date
    valid_to: dt.date | None = None

    @property
    def key(self) -> tuple[int, str, dt.date]:
        """A person gets one seat a day for a kind of shift."""
        return self.employment_id, self.shift, self.valid_from


@dataclass(slots=True)
class After:
    """The assignments of the company's people once facts are stored; ``made``: the one of each fact."""

    records: Mapping[int, list[Record]]
    made: dict[Any, Record] = field(default_factory=dict)
    faults: dict[Any, DomainError] = field(default_factory=dict)


class _Holding(NamedTuple):
    """A seat that a person has, and the days on which it really is theirs."""

    record: Mapping[str, Any]
    person_id: int
    kind: Kind
    pieces: Sequence[Days]


class Book:
    """Everything that concerns the seats of a company's people from a day on."""

    def __init__(
        self, session: Session, company_id: int, first_on: dt.date, reach: Scope | None = None
    ) -> None:
        """Read it; ``reach``: only people in it are named in what is refused, else all of the company."""
        company, ever = Scope.company(company_id), dt.date.max
        self._company_id = company_id
        self._locked = locks.locked_periods(session, company_id)
        self._read_seats(session, first_on)
        self._rented: defaultdict[tuple[int, int], list[Days]] = defaultdict(list)
        for row in session.execute(premises.tenancies(Scope.base(), first_on)):
            self._rented[row.company_id, row.area_id].append(Days.of(row.valid_from, row.valid_to))
        self._people = {
            row.employment_id: row for row in session.execute(people.directory(company))
        }
        self._persons = dict(session.execute(people.persons_of_company(company_id)).all())
        self._named = None
        if reach is not None and reach.kind is ScopeKind.TEAM:
            self._named = set(session.scalars(people.employment_ids(reach, first_on, ever)))
        self._types = session.scalars(attendance.shift_types(Scope.base(), first_on, ever)).all()
        self.hours = ShiftHours(self._types)
        self._read_assignments(session, first_on)

    def _read_seats(self, session: Session, first_on: dt.date) -> None:
        sites = {
            site.id: site.code for site in session.scalars(premises.sites(also_withdrawn=True))
        }
        self.codes: dict[int, str] = {}
        self._areas: dict[int, int] = {}
        self._usable: defaultdict[int, list[Days]] = defaultdict(list)
        self._by_name: defaultdict[str, list[int]] = defaultdict(list)
        self._full_names: dict[int, str] = {}
        for row in session.execute(premises.seat_spans(first_on, dt.date.max)):
            if row.seat_id not in self.codes:
                full = f"{sites[row.site_id]}/{row.seat_code}"
                self.codes[row.seat_id] = row.seat_code
                self._areas[row.seat_id] = row.area_id
                self._full_names[row.seat_id] = full
                self._by_name[row.seat_code].append(row.seat_id)
                self._by_name[full].append(row.seat_id)
            if row.state == premises.USABLE:
                self._usable[row.seat_id].append(Days.of(row.valid_from, row.valid_to))

    def _read_assignments(self, session: Session, first_on: dt.date) -> None:
        self._stored: defaultdict[int, list[Record]] = defaultdict(list)
        self._elsewhere: list[_Holding] = []
        chosen = queries.assignments_of_persons_in(self._company_id, first_on)
        for row in session.execute(chosen):
            record = {
                "id": row.assignment_id,
                "employment_id": row.employment_id,
                "seat_id": row.seat_id,
                "shift_type_code": row.shift_type_code,
                "valid_from": row.valid_from,
                "valid_to": row.valid_to,
            }
            if row.company_id == self._company_id:
                self._stored[row.employment_id].append(record)
            else:
                employed = _employed(row.hired_on, row.separated_on)
                self._elsewhere.append(
                    self._holding(record, row.person_id, row.company_id, employed)
                )

    def stored(self, employment_id: int) -> Sequence[Record]:
        """Return somebody's assignments as they are stored."""
        return self._stored.get(employment_id, ())

    def resolve(self, fact: SeatFact) -> Record:
        """Return the assignment that a fact asks for.

        Raises:
            InputError: the days, the seat or the shift cannot be, or nobody is employed then.
        """
        on = fact.valid_from
        refuse_empty(on, fact.valid_to, "valid_to")
        who = self._people[fact.employment_id]
        if not _holds([_employed(who.hired_on, who.separated_on)], on):
            raise InputError(
                "seat.not_employed", place="valid_from", employee_no=who.employee_no, on=on
            )
        return {
            "id": None,
            "employment_id": fact.employment_id,
            "seat_id": self._seat(fact.seat, on),
            "shift_type_code": self._shift(fact.shift, on),
            "valid_from": on,
            "valid_to": fact.valid_to,
        }

    def _seat(self, name: str, on: dt.date) -> int:
        known = self._by_name.get(name, [])
        if not known:
            raise InputError("seat.unknown", place="seat", code=name)
        rented = [
            seat
            for seat in known
            if _holds(self._rented.get((self._company_id, self._areas[seat]), ()), on)
        ]
        if not rented:
            raise InputError("seat.not_rented", place="seat", code=name, on=on)
        if len(rented) > 1:
            names = "、".join(sorted(self._full_names[seat] for seat in rented))
            raise InputError("seat.ambiguous", place="seat", code=name, known=names)
        if not _holds(self._usable.get(rented[0], ()), on):
            raise InputError("seat.not_usable", place="seat", code=name, on=on)
        return rented[0]

    def _shift(self, name: str, on: dt.date) -> str:
        types = [
            row
            for row in self._types
            if row.company_id == self._company_id
            and _holds([Days.of(row.valid_from, row.valid_to)], on)
        ]
        codes = {row.name: row.code for row in types} | {row.code: row.code for row in types}
        if name not in codes:
            known = "、".join(row.name for row in types) or "-"
            raise InputError("seat.unknown_shift", place="shift", name=name, on=on, known=known)
        return codes[name]

    def after(self, wanted: Iterable[tuple[Any, Record]]) -> After:
        """Say how assignments are once some are made, each by its key, the earliest first."""
        records: defaultdict[int, list[Record]] = defaultdict(list)
        for employment_id, rows in self._stored.items():
            records[employment_id] = [dict(row) for row in rows]
        found = After(records)
        for key, record in sorted(wanted, key=lambda pair: pair[1]["valid_from"]):
            try:
                made = self._put(records[record["employment_id"]], dict(record))
            except (InputError, ClosedError) as error:
                found.faults[key] = error
            else:
                found.made[key] = made
        return found

    def _put(self, rows: list[Record], wanted: Record) -> Record:
        """Let somebody have a seat among their assignments; changes ``rows`` in place.

        What they have for the same hours ends on that day; a later seat of theirs ends the new one.
        """
        kind, start = (self._company_id, wanted["shift_type_code"]), wanted["valid_from"]
        replaced, ended = None, []
        for row in sorted(rows, key=lambda row: row["valid_from"]):
            other = (self._company_id, row["shift_type_code"])
            shared = _days(row).both(_days(wanted))
            if not self.hours.meet(kind, other, shared):
                continue
            is_so = row["valid_from"] <= start and row["valid_to"] == wanted["valid_to"]
            if is_so and _is_same(row, wanted):
                return row
            if row["valid_from"] > start:
                if wanted["valid_to"] is not None:
                    raise _overlap(row)
                wanted["valid_to"] = row["valid_from"]
            elif row["valid_from"] == start and replaced is None:
                replaced = row
            elif wanted["valid_to"] is not None and _days(row).end > wanted["valid_to"]:
                raise _overlap(row)
            else:
                ended.append(row)
        changes_from = start
        if replaced is not None and _is_same(replaced, wanted):
            if not ended and replaced["valid_to"] == wanted["valid_to"]:
                return replaced
            changes_from = min(_days(replaced).end, _days(wanted).end)
        locks.refuse_locked(self._locked, changes_from, None)
        for row in ended:
            row["valid_to"] = start
        if replaced is None:
            rows.append(wanted)
            return wanted
        replaced.update(wanted, id=replaced["id"])
        return replaced

    def conflicts(self, after: After) -> dict[Any, DomainError]:
        """Return what is in the way of what was made, by the keys of the facts."""
        by_seat: defaultdict[int, list[_Holding]] = defaultdict(list)
        by_person: defaultdict[int, list[_Holding]] = defaultdict(list)
        of_record: dict[int, _Holding] = {}
        for holding in (*self._elsewhere, *self._own(after)):
            by_seat[holding.record["seat_id"]].append(holding)
            by_person[holding.person_id].append(holding)
            of_record[id(holding.record)] = holding
        faults: dict[Any, DomainError] = {}
        for key, record in after.made.items():
            mine = of_record[id(record)]
            for other in by_seat[record["seat_id"]]:
                if self._are_in_the_way(mine, other):
                    faults[key] = self._taken(mine, other)
            for other in by_person[mine.person_id]:
                if key not in faults and self._are_in_the_way(mine, other):
                    faults[key] = InputError("seat.person_elsewhere")
        return faults

    def _own(self, after: After) -> Iterable[_Holding]:
        for employment_id, rows in after.records.items():
            who = self._people[employment_id]
            employed = _employed(who.hired_on, who.separated_on)
            for row in rows:
                yield self._holding(row, self._persons[employment_id], self._company_id, employed)

    def _holding(self, record: Record, person_id: int, company_id: int, employed: Days) -> _Holding:
        days = _days(record).both(employed)
        area = self._areas.get(record["seat_id"], 0)
        pieces = [days.both(rented) for rented in self._rented.get((company_id, area), ())]
        kind = (company_id, record["shift_type_code"])
        return _Holding(record, person_id, kind, [one for one in pieces if not one.is_empty])

    def _are_in_the_way(self, one: _Holding, other: _Holding) -> bool:
        return one.record is not other.record and any(
            self.hours.meet(one.kind, other.kind, piece.both(another))
            for piece in one.pieces
            for another in other.pieces
        )

    def _taken(self, mine: _Holding, other: _Holding) -> InputError:
        code = self.codes[mine.record["seat_id"]]
        if other.kind[0] != self._company_id:
            return InputError("seat.taken_elsewhere", place="seat", code=code)
        employment_id = other.record["employment_id"]
        who = self._people[employment_id]
        named: Text | str = f"{who.employee_no} {who.name}"
        if self._named is not None and employment_id not in self._named:
            named = Text("其他班组的人", "somebody of another team")
        shift = next(
            (row.name for row in self._types if (row.company_id, row.code) == other.kind),
            other.kind[1],
        )
        days = days_words(other.record["valid_from"], other.record["valid_to"])
        return InputError("seat.taken", place="seat", code=code, shift=shift, who=named, days=days)


def days_words(valid_from: dt.date, valid_to: dt.date | None) -> Text:
    """Say for which days an assignment holds, both ends included."""
    if valid_to is None:
        return Text(f"{valid_from} 起", f"from {valid_from} on")
    last_on = valid_to - _ONE_DAY
    return Text(f"{valid_from} 至 {last_on}", f"{valid_from} to {last_on}")


def _is_same(one: Record, other: Record) -> bool:
    return all(one[name] == other[name] for name in ("seat_id", "shift_type_code"))


def _days(record: Mapping[str, Any]) -> Days:
    return Days.of(record["valid_from"], record["valid_to"])


def _employed(hired_on: dt.date, separated_on: dt.date | None) -> Days:
    return Days.of(hired_on, None if separated_on is None else separated_on + _ONE_DAY)


def _holds(spans: Iterable[Days], on: dt.date) -> bool:
    return any(days.first <= on < days.end for days in spans)


def _overlap(row: Record) -> InputError:
    return InputError(
        "dated.overlap", valid_from=row["valid_from"], valid_to=row["valid_to"] or "…"
    )
