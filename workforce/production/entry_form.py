"""The form of output that is typed: which day, task, batch and people, and a row for each of them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from flask import request

from workforce.core.errors import DomainError, InputError, NotFoundError
from workforce.people import queries as people
from workforce.platform import clock
from workforce.platform.db import unit_of_work
from workforce.platform.forms import fault_of, read_count
from workforce.platform.i18n import gettext
from workforce.platform.web import actor, key_of, principal
from workforce.production import listing, queries, service
from workforce.production.service import Decider, Entry, Sheet

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy.orm import Session

    from workforce.platform.scope import Scope

_QUANTITY_LIMIT: Final = 1_000_000
_COUNTS: Final = ("submitted", "accepted", "rejected")


@dataclass(frozen=True, slots=True)
class Line:
    """A person of the entry form, with what was typed or is stored."""

    employment_id: int
    employee_no: str
    name: str
    values: Mapping[str, str]
    shown: str
    """What was stored when the form was shown: a line that still says so was not touched."""
    beside: Sequence[tuple[str | None, int]]
    """What is recorded of the same day and task beside this row: batch and quantity."""
    is_stored: bool
    fault: str = ""


class EntryForm:
    """Which day, task, batch and people, and what is typed for them."""

    def __init__(self, session: Session, scope: Scope) -> None:
        """Read what the address and the form say."""
        self._session = session
        self._scope = scope
        said = request.values
        self.faults: list[str] = []
        self.line_faults: dict[int, str] = {}
        self._stale: frozenset[int] = frozenset()
        self.on = self._day(said.get("on", ""))
        self.batch = said.get("batch", "").strip()[:60]
        self.employee_no = said.get("employee_no", "").strip()
        self.team_id = key_of(said["team"]) if said.get("team") else None
        self.reason = said.get("reason", "")
        types = {row.task_type_code: row for row in task_types(session)}
        self.task_type = types.get(said.get("task_type", ""))
        self._people = self._members() if self.task_type is not None else []
        if self.employee_no and self.task_type is not None and not self._people:
            unknown = InputError("employment.unknown", employee_no=self.employee_no)
            self.faults.append(fault_of(unknown))

    @property
    def is_ready(self) -> bool:
        """Tell whether it is said what is recorded, and for whom."""
        return self.task_type is not None and bool(self._people) and not self.faults

    @property
    def company_id(self) -> int:
        """The company that the output is of."""
        return decider(self._scope).company_id

    @property
    def price(self) -> int | None:
        """The day's price of a unit, None where there is none."""
        if self.task_type is None:
            return None
        return Prices(self._session, self._scope).on(self.task_type.task_type_id, self.on)

    @property
    def pay_period(self) -> str:
        """The pay month of what is accepted on this day, of people paid by months."""
        return service.pay_period_of(self._session, self.company_id, None, self.on)

    @property
    def acceptance(self) -> str | None:
        """How the company accepts output of this day."""
        return service.acceptance_of(self._session, self.company_id, self.on)

    def lines(self) -> list[Line]:
        """Return a line for each person, with what was typed, else with what is stored."""
        if self.task_type is None or not self._people:
            return []
        stored = self._stored(self._session)
        beside = self._beside()
        found = []
        for person in self._people:
            key = person.employment_id
            values = stored.get(key, {})
            found.append(
                Line(
                    employment_id=key,
                    employee_no=person.employee_no,
                    name=person.name,
                    values=self._typed(key) if request.method == "POST" else values,
                    shown=_joined(values) if key in self._stale else self._shown(key, values),
                    beside=beside.get(key, []),
                    is_stored=key in stored,
                    fault=self.line_faults.get(key, ""),
                )
            )
        return found

    def save(self) -> int | None:
        """Write what was typed; None where something is wrong, which is kept to be shown."""
        task_type = self.task_type
        if task_type is None:
            return None
        entries = self._entries()
        if not entries and not self.line_faults:
            self.faults.append(fault_of(InputError("output.no_entry")))
        if self.on > clock.today():
            self.faults.append(fault_of(InputError("output.future", on=self.on)))
        if self.line_faults:
            self.faults.append(gettext("有 %(count)s 行要更正", count=len(self.line_faults)))
        if self.faults:
            return None
        sheet = Sheet(
            on=self.on,
            task_type_id=task_type.task_type_id,
            task_type_code=task_type.task_type_code,
            batch_code=self.batch or None,
        )
        try:
            with unit_of_work() as session:
                faults: Mapping[int, DomainError] = self._overtaken(session, entries)
                saved = 0
                if not faults:
                    saved, faults = service.enter_output(
                        session, decider(self._scope), sheet, entries, reason=self.reason
                    )
        except NotFoundError:
            raise
        except DomainError as error:
            self.faults.append(fault_of(error))
            return None
        self.line_faults = {key: fault_of(error) for key, error in faults.items()}
        if faults:
            self.faults.append(gettext("有 %(count)s 行要更正", count=len(faults)))
            return None
        return saved

    def _entries(self) -> list[Entry]:
        """Read the lines that were touched: another's decision on an untouched one stays as it is."""
        found = []
        for person in self._people:
            key = person.employment_id
            typed = self._typed(key)
            shown = self._shown(key, {})
            if _joined(typed) == shown:
                continue
            if not any(typed.values()):
                self.line_faults[key] = fault_of(InputError("output.cleared"))
                continue
            try:
                numbers = {name: quantity(text) for name, text in typed.items()}
            except InputError as error:
                self.line_faults[key] = fault_of(error)
                continue
            counted = (numbers["accepted"] or 0) + (numbers["rejected"] or 0)
            submitted = numbers["submitted"]
            found.append(
                Entry(
                    employment_id=key,
                    employee_no=person.employee_no,
                    submitted=counted if submitted is None else submitted,
                    accepted=numbers["accepted"],
                    rejected=numbers["rejected"] or 0,
                )
            )
        return found

    def _overtaken(self, session: Session, entries: Sequence[Entry]) -> dict[int, DomainError]:
        """Return a fault for each line whose stored values are no longer those that were shown."""
        stored = self._stored(session)
        faults: dict[int, DomainError] = {}
        for entry in entries:
            key = entry.employment_id
            now = stored.get(key, {})
            if _joined(now) != self._shown(key, now):
                faults[key] = InputError("output.changed_meanwhile", now=_joined(now))
        self._stale = frozenset(faults)
        return faults

    def _typed(self, employment_id: int) -> dict[str, str]:
        return {name: request.form.get(f"{name}-{employment_id}", "").strip() for name in _COUNTS}

    def _shown(self, employment_id: int, stored: Mapping[str, str]) -> str:
        return request.form.get(f"was-{employment_id}", _joined(stored))

    def _stored(self, session: Session) -> dict[int, dict[str, str]]:
        """Return what is stored of each person's row, as its fields show it."""
        rows = service.stored_rows(session, self.company_id, list(self._keys.values()))
        return {
            employment_id: {
                "submitted": str(rows[key].submitted_qty),
                "accepted": str(rows[key].accepted_qty) if rows[key].reviewed_qty > 0 else "",
                "rejected": str(rows[key].rejected_qty) if rows[key].rejected_qty else "",
            }
            for employment_id, key in self._keys.items()
            if key in rows
        }

    @property
    def _keys(self) -> dict[int, str]:
        code = self.task_type.task_type_code if self.task_type else ""
        return {
            person.employment_id: service.table_key(
                person.employee_no, self.on, code, self.batch or None
            )
            for person in self._people
        }

    def _beside(self) -> dict[int, list[tuple[str | None, int]]]:
        keys = self._keys
        found: dict[int, list[tuple[str | None, int]]] = {}
        task_type_id = self.task_type.task_type_id if self.task_type else 0
        query = listing.told_beside(list(keys), self.on, task_type_id)
        for row in self._session.execute(query):
            if row.employment_id is not None and row.source_key != keys[row.employment_id]:
                told = found.setdefault(row.employment_id, [])
                told.append((row.batch_code, row.submitted_qty))
        return found

    def _members(self) -> list[Any]:
        """Return the people of the form, employed and in reach on the day."""
        if not self.employee_no and self.team_id is None:
            return []
        members = self._session.execute(people.team_members(self._scope, self.on, self.on)).all()
        in_team = {row.employment_id for row in members if self.team_id in {None, row.team_id}}
        is_limited = self._scope.kind == "team" or not self.employee_no
        return [
            person
            for person in self._session.execute(people.directory(self._scope))
            if person.hired_on <= self.on
            and (person.separated_on is None or person.separated_on >= self.on)
            and (not is_limited or person.employment_id in in_team)
            and self.employee_no in {"", person.employee_no}
        ]

    def _day(self, text: str) -> dt.date:
        if not text:
            return clock.today()
        try:
            return dt.date.fromisoformat(text)
        except ValueError:
            self.faults.append(gettext("“%(text)s”不是日期，请写成 2026-10-01", text=text))
            return clock.today()


def _joined(values: Mapping[str, str]) -> str:
    return "/".join(values.get(name, "") for name in _COUNTS)


class Prices:
    """The companies' dated prices in scope, read once for a page."""

    def __init__(self, session: Session, scope: Scope) -> None:
        """Read them."""
        self._rows = session.scalars(queries.prices(scope)).all()

    def on(self, task_type_id: int, day: dt.date) -> int | None:
        """Return the price of a unit on a day in millionths of a yuan, None where there is none."""
        for row in self._rows:
            is_over = row.valid_to is not None and row.valid_to <= day
            if row.task_type_id == task_type_id and row.valid_from <= day and not is_over:
                return row.unit_price
        return None


def decider(scope: Scope) -> Decider:
    """Return the visitor as whoever decides on output."""
    return Decider(actor=actor(), scope=scope, person_id=principal().person_id)


def quantity(text: str) -> int | None:
    """Read a typed count; None where nothing is typed.

    Raises:
        InputError: it is no whole number, or absurdly large.
    """
    return read_count(text, _QUANTITY_LIMIT) if text.strip() else None


def task_types(session: Session) -> Sequence[Any]:
    """Return all task types in order of code; rows as in ``queries.task_type_names``."""
    return sorted(
        session.execute(queries.task_type_names()).all(), key=lambda row: row.task_type_code
    )
