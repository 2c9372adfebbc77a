"""Whether a stored run still is what its inputs give: computed again and compared bit by bit.

Where the facts themselves have changed since the run, that comes first: every other difference then
follows from it, and the audit says who changed what.
"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from workforce.core.period import PayPeriod
from workforce.core.terms import terms
from workforce.core.text import Text
from workforce.payroll.compute import company_in, compute
from workforce.payroll.facts.basis import basis_of
from workforce.payroll.record import Sheet, read_sheet
from workforce.people import queries as people
from workforce.platform import audit, clock
from workforce.platform.scope import Scope

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator, Mapping, Sequence

    from sqlalchemy.orm import Session

    from workforce.core.law import LawBook
    from workforce.payroll.compute import Computed
    from workforce.payroll.models import PayrollRun
    from workforce.platform.bulk import Values

_ABSENT: Final = "—"
_TOTALS: Final = ("gross_pay_amount", "net_pay_amount", "employer_cost_amount")
_NO_FACTS: Final = (
    *("account.", "audit_pack.", "demo.", "document.", "export.", "identity.", "job."),
    *("pay_hold.", "payment.", "payment_batch.", "payroll_preview.", "payroll_run.", "payslip."),
    *("review_rule.", "team_day.", "upload."),
    # Of disputes only an accepted one pays something; of imports only one that was applied.
    *("dispute.opened", "dispute.rejected", "dispute.reopened", "dispute.closed"),
    *("import.discard", "import.upload"),
    # Nothing is true, or void, before another person approves.
    *("late_fact.enter", "late_fact.preview", "late_fact.reject"),
    *("slip_reversal.propose", "slip_reversal.withdraw"),
)
"""Beginnings of acts that change nothing that a run reads."""
_READING: Final = (".export", ".list", ".read")
"""Endings of acts that change nothing at all."""

LineKey = tuple[str, str, str | None, int | None, int]
"""Code, kind, detail, rate, and which of several that share these."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One value that is not what was computed, or was not what is stored.

    ``where`` names the run, or an employee number and perhaps a line; ``what`` the column.
    """

    where: str
    what: str
    stored: object
    computed: object

    def text(self) -> Text:
        """Return it as one line."""
        return Text(
            f"{self.where} {self.what}：存储 {self.stored}，重算 {self.computed}",
            f"{self.where} {self.what}: stored {self.stored}, computed {self.computed}",
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Verification:
    """``remarks`` change no figure: law data or code that are not those of the run any more.

    ``has_new_facts``: what the run was made from has changed since; ``acts`` are the recorded acts
    that may have done it, one line each. ``input_hash`` is that of the facts as they are now.
    ``is_intact``: the stored rows are those that were stored, whatever they would come to today.
    """

    differences: tuple[Difference, ...]
    remarks: tuple[Difference, ...]
    has_new_facts: bool
    acts: tuple[Text, ...]
    input_hash: str
    payslip_count: int
    is_intact: bool

    def causes(self) -> Text:
        """Say in one line what changed the facts, as far as it is recorded."""
        if not self.acts:
            return Text(
                "没有操作记录，数据可能被直接改过", "no act is recorded: data were edited directly"
            )
        return Text("；".join(act.zh for act in self.acts), "; ".join(act.en for act in self.acts))


def verify_stored(session: Session, scope: Scope, run: PayrollRun, book: LawBook) -> Verification:
    """Compute a run again from what is stored now and compare everything."""
    period = PayPeriod.parse(run.period)
    company, basis = company_in(session, scope, run.company_id), basis_of(session, run)
    computed = compute(session, company, period, book, basis=basis)
    stored = read_sheet(session, run.id, _numbers(session, run.company_id))
    has_new_facts = run.input_hash != computed.hashes.inputs
    return Verification(
        differences=tuple(_differences(run, stored, computed)),
        remarks=tuple(
            _unequal(
                "run",
                {"law_hash": run.law_hash, "code_version": run.code_version},
                {"law_hash": computed.hashes.law, "code_version": computed.hashes.code_version},
            )
        ),
        has_new_facts=has_new_facts,
        acts=(
            tuple(acts_on_facts(session, run.company_id, run.prepared_at)) if has_new_facts else ()
        ),
        input_hash=computed.hashes.inputs,
        payslip_count=stored.size,
        is_intact=_is_whole(run, stored),
    )


def is_stored_whole(session: Session, run: PayrollRun) -> bool:
    """Tell whether the stored rows of a run are those that were stored; nothing is computed."""
    return _is_whole(run, read_sheet(session, run.id, _numbers(session, run.company_id)))


def _is_whole(run: PayrollRun, stored: Sheet) -> bool:
    return stored.hash() == run.result_hash and all(
        getattr(run, name) == stored.total(name) for name in _TOTALS
    )


def acts_on_facts(
    session: Session, company_id: int, since: dt.datetime, until: dt.datetime | None = None
) -> Iterator[Text]:
    """Write each act in a span of time that may have changed facts of a run: when, who, what."""
    for entry in audit.acts_since(session, company_id, since):
        if until is not None and entry.at > until:
            return
        if entry.action.startswith(_NO_FACTS) or entry.action.endswith(_READING):
            continue
        said = json.loads(entry.after or "{}")
        what = [said[name] for name in ("source", "file") if name in said]
        when = f"{clock.to_base(entry.at):%Y-%m-%d %H:%M}"
        act = terms().get(f"audit_action.{entry.action}", Text(entry.action, entry.action))
        yield Text(
            *(
                " ".join([when, entry.actor_name, words, *map(str, what)])
                for words in (act.zh, act.en)
            )
        )


def _numbers(session: Session, company_id: int) -> dict[int, str]:
    """Return employee numbers by employment, of everybody who ever worked for the company."""
    everybody = people.all_employments(Scope.company(company_id)).subquery()
    rows = session.execute(
        everybody.select().with_only_columns(everybody.c.employment_id, everybody.c.employee_no)
    )
    return {row.employment_id: row.employee_no for row in rows}


def _differences(run: PayrollRun, stored: Sheet, computed: Computed) -> Iterator[Difference]:
    sheet = computed.sheet
    wanted: dict[str, object] = {
        "input_hash": computed.hashes.inputs,
        "result_hash": computed.hashes.results,
        "payslip_count": sheet.size,
        "fault_count": len({fault.employment_id for fault in computed.faults}),
        **{name: sheet.total(name) for name in _TOTALS},
    }
    yield from _unequal("run", {name: getattr(run, name) for name in wanted}, wanted)
    if stored.hash() != sheet.hash():
        yield from _unequal_slips(stored, sheet)


def _unequal(
    where: str, stored: Mapping[str, object], computed: Mapping[str, object]
) -> Iterator[Difference]:
    for name, value in stored.items():
        if value != computed[name]:
            yield Difference(where, name, value, computed[name])


def _unequal_slips(stored: Sheet, computed: Sheet) -> Iterator[Difference]:
    """Compare payslip by payslip, and lines by what they are."""
    there, here = _by_number(stored), _by_number(computed)
    for number in sorted(there.keys() | here.keys()):
        if number not in there or number not in here:
            is_there = number in there
            yield Difference(
                number,
                "payslip",
                number if is_there else _ABSENT,
                _ABSENT if is_there else number,
            )
            continue
        yield from _unequal(number, there[number][0], here[number][0])
        yield from _unequal_lines(number, there[number][1], here[number][1])


def _unequal_lines(
    number: str, stored: Sequence[dict[str, Any]], computed: Sequence[dict[str, Any]]
) -> Iterator[Difference]:
    there, here = _by_key(stored), _by_key(computed)
    keys = [*here, *(key for key in there if key not in here)]
    # One line more or less moves all that follow it: that is one difference, not many.
    moves = there.keys() == here.keys()
    for key in keys:
        line = here.get(key) or there[key]
        where = f"{number} {line['code']} ({line['seq']})"
        if key not in there or key not in here:
            yield Difference(
                where,
                "line",
                there[key]["amount"] if key in there else _ABSENT,
                here[key]["amount"] if key in here else _ABSENT,
            )
            continue
        values = there[key] if moves else there[key] | {"seq": here[key]["seq"]}
        yield from _unequal(where, values, here[key])


def _by_key(lines: Sequence[dict[str, Any]]) -> dict[LineKey, dict[str, Any]]:
    """Return lines by what they are, in their order."""
    seen: Counter[tuple[Any, ...]] = Counter()
    found: dict[LineKey, dict[str, Any]] = {}
    for line in lines:
        same = (line["code"], line["kind"], line["detail"], line["rate"])
        seen[same] += 1
        found[*same, seen[same]] = line
    return found


def _by_number(sheet: Sheet) -> dict[str, tuple[dict[str, Any], list[dict[str, Any]]]]:
    """Return each payslip's columns and lines by employee number."""
    slips, lines = _listed(sheet.slips), _listed(sheet.lines)
    found: dict[str, tuple[dict[str, Any], list[dict[str, Any]]]] = {
        number: ({name: values[row] for name, values in slips.items()}, [])
        for row, number in enumerate(sheet.employee_nos)
    }
    for row, owner in enumerate(sheet.owner):
        line = {name: values[row] for name, values in lines.items()}
        found[sheet.employee_nos[owner]][1].append(line)
    return found


def _listed(columns: Mapping[str, Values]) -> dict[str, Sequence[Any]]:
    """Return columns whose values are Python's own, which can be shown and written as JSON."""
    return {
        name: values.tolist() if isinstance(values, np.ndarray) else values
        for name, values in columns.items()
    }
