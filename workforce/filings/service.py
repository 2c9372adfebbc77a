"""Reading results of filing back, comparing them with what was paid, and answering for each difference.

A result never changes: a new file makes a new one, and answers go over to it where the figures are still
the same. A month's kind is reconciled when no difference is open or waits for its task.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import insert, select

from workforce.core.errors import InputError, NotFoundError, StateError
from workforce.core.period import PayPeriod
from workforce.core.terms import terms_of
from workforce.documents.files.reading import read_month
from workforce.filings import queries
from workforce.filings.figures import FIGURES, Comparison, Difference, Key, Side, compare, ours
from workforce.filings.models import FilingDifference, FilingResult, FilingRow
from workforce.payroll import filed
from workforce.platform import audit, clock
from workforce.platform.changes import Plan, plan_rows
from workforce.platform.crypto import lookup_hash
from workforce.platform.db import unit_of_work
from workforce.platform.formatting import masked
from workforce.platform.scope import Scope

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from workforce.platform.audit import Actor

LEAST_CHARACTERS: Final = 2
MOST_CHARACTERS: Final = 400
DONE: Final = "done"
"""The reason that a finished task leaves."""
_CHUNK: Final = 5000
_ANSWER: Final = (
    "state",
    "reason",
    "note",
    "assignee_id",
    "due_on",
    "answered_by_id",
    "answered_at",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class FilingFact:
    """What a file says of one person and item: figures in fen, rates in millionths."""

    id_number: str
    name: str
    item: str
    figures: Mapping[str, int]

    @property
    def key(self) -> Key:
        """What tells one row from another."""
        return self.id_number, self.item


def reasons() -> list[str]:
    """Return the codes of the reasons that a person may give."""
    return [code for code in terms_of("filing_reason") if code != DONE]


def plan_result(
    session: Session, company_id: int, month: PayPeriod, kind: str, facts: Sequence[FilingFact]
) -> Plan:
    """Compare a file with the result of the month that counts now. Writes nothing.

    Raises:
        InputError: nothing of the month is decided.
    """
    scope = Scope.company(company_id)
    if not session.execute(filed.deciding_order(scope, month).limit(1)).first():
        raise InputError("filing.nothing_decided", period=str(month))
    newest = queries.newest(session, scope, month, kind)
    known = queries.stored_rows(session, newest.id) if newest else []
    stored = [
        {"id": row.id, **_flat(kind, row.id_number, row.item, row.name, row.figures)}
        for row in known
    ]
    wanted = [_flat(kind, fact.id_number, fact.item, fact.name, fact.figures) for fact in facts]
    compared = [_column(figure) for figure in FIGURES[kind]]
    return plan_rows(
        stored, wanted, key=("id_number", "item"), compare=("name", *compared), remove=True
    )


def _flat(
    kind: str, id_number: str, item: str, name: str, figures: Mapping[str, int]
) -> dict[str, Any]:
    """Return a row as a preview shows it: a column for each figure."""
    said = {_column(figure): figures.get(figure) for figure in FIGURES[kind]}
    return {"id_number": id_number, "item": item, "name": name, **said}


def _column(figure: str) -> str:
    return "filed_rate" if figure == "rate" else f"filed_{figure}_amount"


def store_result(
    session: Session,
    company_id: int,
    month: PayPeriod,
    kind: str,
    facts: Sequence[FilingFact],
    *,
    batch_id: int | None,
    actor: Actor,
) -> int:
    """Store a file as the result that counts, compared at once, in the caller's unit of work.

    Returns the key of the result.
    """
    scope = Scope.company(company_id)
    former = queries.newest(session, scope, month, kind)
    if former is not None:
        # Answers that are being given to it are waited for, and go over.
        session.refresh(former, with_for_update=True)
    there = {fact.key: Side(name=fact.name, figures=fact.figures) for fact in facts}
    here, found = _compared(session, company_id, month, kind, there)
    result = FilingResult(
        company_id=company_id,
        period=str(month),
        kind=kind,
        import_batch_id=batch_id,
        row_count=len(facts),
        applied_by_id=actor.account_id,
        applied_at=clock.now(),
        **_outcome(session, scope, month, found),
    )
    session.add(result)
    session.flush()
    rows = [
        {
            "result_id": result.id,
            "id_number_hash": lookup_hash(fact.id_number),
            "id_number": fact.id_number,
            "name": fact.name,
            "item": fact.item,
            "figures": dict(fact.figures),
        }
        for fact in facts
    ]
    for start in range(0, len(rows), _CHUNK):
        session.execute(insert(FilingRow), rows[start : start + _CHUNK])
    _store_differences(session, result.id, found, here, there, _answers(session, former))
    audit.record(
        session,
        actor,
        "filing.read_back",
        "filing_result",
        result.id,
        company_id=company_id,
        after=_said(result, found),
    )
    return result.id


def compare_again(scope: Scope, result_id: int, actor: Actor) -> int:
    """Compare a result that counts with the payslips that count now; return the differences.

    Answers stay where the figures are the same.

    Raises:
        NotFoundError: it does not exist or is out of reach.
        StateError: a newer result of the month counts.
    """
    with unit_of_work() as session:
        result = _result(session, scope, result_id)
        month = _month(result)
        there = {
            (row.id_number, row.item): Side(name=row.name, figures=row.figures)
            for row in queries.stored_rows(session, result.id)
        }
        here, found = _compared(session, result.company_id, month, result.kind, there)
        answers = _answers(session, result)
        for one in session.scalars(
            select(FilingDifference).where(FilingDifference.result_id == result.id)
        ):
            session.delete(one)
        session.flush()
        company = Scope.company(result.company_id)
        for name, value in _outcome(session, company, month, found).items():
            setattr(result, name, value)
        _store_differences(session, result.id, found, here, there, answers)
        audit.record(
            session,
            actor,
            "filing.compare",
            "filing_result",
            result.id,
            company_id=result.company_id,
            after=_said(result, found),
        )
        return len(found.differences)


def _compared(
    session: Session, company_id: int, month: PayPeriod, kind: str, there: Mapping[Key, Side]
) -> tuple[dict[Key, Side], Comparison]:
    here = ours(read_month(session, company_id, month, is_filed=True).filed, kind)
    return here, compare(kind, here, there)


def _outcome(session: Session, scope: Scope, month: PayPeriod, found: Comparison) -> dict[str, Any]:
    return {
        "compared_at": clock.now(),
        "compared_mark": filed.mark(session, scope, month),
        "people_here": found.people_here,
        "people_there": found.people_there,
        "people_equal": found.people_equal,
        "totals": found.totals,
    }


def _said(result: FilingResult, found: Comparison) -> dict[str, object]:
    return {
        "kind": result.kind,
        "period": result.period,
        "rows": result.row_count,
        "differences": len(found.differences),
        "totals": found.totals,
    }


def _answers(
    session: Session, former: FilingResult | None
) -> dict[tuple[str, str], FilingDifference]:
    """Return the differences of a result that somebody has answered for."""
    if former is None:
        return {}
    rows = session.scalars(
        select(FilingDifference).where(
            FilingDifference.result_id == former.id, FilingDifference.state != "open"
        )
    )
    return {(row.id_number_hash, row.item): row for row in rows}


def _store_differences(
    session: Session,
    result_id: int,
    found: Comparison,
    here: Mapping[Key, Side],
    there: Mapping[Key, Side],
    answers: Mapping[tuple[str, str], FilingDifference],
) -> None:
    rows = []
    for key, difference in found.differences.items():
        hashed = lookup_hash(key[0])
        rows.append(
            {
                "result_id": result_id,
                "id_number_hash": hashed,
                "masked_id_number": masked(key[0]),
                "item": key[1],
                **_whose(here.get(key), there.get(key)),
                **_differing(difference),
                **_answer_of(answers.get((hashed, key[1])), difference),
            }
        )
    for start in range(0, len(rows), _CHUNK):
        session.execute(insert(FilingDifference), rows[start : start + _CHUNK])


def _whose(mine: Side | None, said: Side | None) -> dict[str, Any]:
    return {
        "employment_id": mine.employment_id if mine else None,
        "employee_no": mine.employee_no if mine else "",
        "name": mine.name if mine else said.name if said else "",
    }


def _differing(difference: Difference) -> dict[str, Any]:
    return {
        "cause": difference.cause,
        "figures": dict(difference.figures),
        "amount": difference.amount,
    }


def _answer_of(former: FilingDifference | None, difference: Difference) -> dict[str, Any]:
    """Take over what was answered, if it was about the same figures."""
    if former is None or former.figures != difference.figures:
        return {"state": "open"} | dict.fromkeys(name for name in _ANSWER if name != "state")
    return {name: getattr(former, name) for name in _ANSWER}


def explain(
    scope: Scope,
    result_id: int,
    actor: Actor,
    *,
    reason: str,
    note: str,
    cause: str | None = None,
    difference_id: int | None = None,
) -> int:
    """Give a reason to one difference, or to all open ones of a cause; return how many.

    Raises:
        InputError: the reason is none, or the words are missing.
        NotFoundError: it does not exist or is out of reach.
        StateError: there is nothing to answer, or a newer comparison counts.
    """
    if reason not in reasons():
        raise InputError("filing.reason_missing", place="reason")
    words = _words(note)
    chosen = (
        (FilingDifference.id == difference_id,)
        if difference_id is not None
        else (FilingDifference.cause == cause, FilingDifference.state == "open")
    )
    with unit_of_work() as session:
        result = _result(session, scope, result_id)
        rows = session.scalars(
            select(FilingDifference)
            .where(FilingDifference.result_id == result.id, *chosen)
            .with_for_update()
            .execution_options(populate_existing=True)
        ).all()
        if not rows:
            raise StateError("filing.nothing_chosen")
        before = {"states": sorted({row.state for row in rows})}
        for row in rows:
            row.state, row.reason, row.note = "settled", reason, words
            row.answered_by_id, row.answered_at = actor.account_id, clock.now()
        _record(session, actor, "filing.explain", result, rows, words, before, reason=reason)
        return len(rows)


def assign(
    scope: Scope,
    difference_id: int,
    actor: Actor,
    *,
    assignee_id: int | None,
    due_on: dt.date | None,
    note: str,
) -> None:
    """Make a difference the task of somebody until a day.

    Raises:
        InputError: somebody, the day or the words are missing, or the day has passed.
        NotFoundError: it does not exist or is out of reach.
    """
    if assignee_id is None or due_on is None:
        raise InputError("filing.task_incomplete", place="due_on" if assignee_id else "assignee_id")
    if due_on < clock.today():
        raise InputError("filing.due_passed", place="due_on", today=clock.today())
    words = _words(note)
    with unit_of_work() as session:
        row, result = _found(session, scope, difference_id)
        if assignee_id not in dict(queries.colleagues(session, result.company_id)):
            raise InputError("filing.task_incomplete", place="assignee_id")
        before = {"state": row.state}
        row.state, row.reason, row.note = "task", None, words
        row.assignee_id, row.due_on = assignee_id, due_on
        row.answered_by_id, row.answered_at = actor.account_id, clock.now()
        _record(
            session,
            actor,
            "filing.assign",
            result,
            [row],
            words,
            before,
            assignee=assignee_id,
            due_on=str(due_on),
        )


def finish(scope: Scope, difference_id: int, actor: Actor, *, note: str) -> None:
    """Say that a task is done, and with which result.

    Raises:
        InputError: the words are missing.
        NotFoundError: it does not exist or is out of reach.
        StateError: it is no task any more.
    """
    words = _words(note)
    with unit_of_work() as session:
        row, result = _found(session, scope, difference_id)
        if row.state != "task":
            raise StateError("filing.nothing_chosen")
        before = {"state": row.state, "note": row.note}
        row.state, row.reason, row.note = "settled", DONE, words
        row.answered_by_id, row.answered_at = actor.account_id, clock.now()
        _record(session, actor, "filing.finish", result, [row], words, before)


def _record(
    session: Session,
    actor: Actor,
    action: str,
    result: FilingResult,
    rows: Sequence[FilingDifference],
    words: str,
    before: Mapping[str, object],
    **said: object,
) -> None:
    single = rows[0].id if len(rows) == 1 else None
    audit.record(
        session,
        actor,
        action,
        "filing_difference" if single else "filing_result",
        single or result.id,
        company_id=result.company_id,
        before=before,
        after={"state": rows[0].state, "count": len(rows), "period": result.period, **said},
        reason=words,
    )


def _words(note: str) -> str:
    words = note.strip()
    if len(words) < LEAST_CHARACTERS:
        raise InputError("filing.note_missing", place="note", least=LEAST_CHARACTERS)
    return words[:MOST_CHARACTERS]


def _result(session: Session, scope: Scope, result_id: int) -> FilingResult:
    """Return a result in reach that counts, held for writing."""
    result = session.scalar(
        select(FilingResult)
        .where(FilingResult.id == result_id, queries.in_scope(scope))
        .with_for_update()
    )
    if result is None:
        raise NotFoundError("web.not_found")
    newest = queries.newest(session, Scope.company(result.company_id), _month(result), result.kind)
    if newest is None or newest.id != result.id:
        raise StateError("filing.stale")
    return result


def _found(
    session: Session, scope: Scope, difference_id: int
) -> tuple[FilingDifference, FilingResult]:
    """Return a difference in reach and its result that counts, held for writing.

    Raises:
        NotFoundError: it does not exist or is out of reach.
        StateError: a newer result of the month counts, or it was compared anew meanwhile.
    """
    result_id = session.scalar(
        select(FilingDifference.result_id)
        .join(FilingResult, FilingResult.id == FilingDifference.result_id)
        .where(FilingDifference.id == difference_id, queries.in_scope(scope))
    )
    if result_id is None:
        raise NotFoundError("web.not_found")
    result = _result(session, scope, result_id)
    # What another one answered while this one waited counts, not what was read before.
    row = session.get(FilingDifference, difference_id, populate_existing=True)
    if row is None:
        raise StateError("filing.stale")
    return row, result


def _month(result: FilingResult) -> PayPeriod:
    return PayPeriod.parse(result.period)
