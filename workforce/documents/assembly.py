"""Rows of the slices below → the plain values that documents show. No query, no request."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from workforce.core import explain
from workforce.core.law import LawBook
from workforce.core.lifecycle import FINAL, RunState
from workforce.core.period import PayPeriod
from workforce.core.results import LineKind
from workforce.core.terms import term, terms
from workforce.core.text import Text
from workforce.documents.checks import MonthChecks, subject
from workforce.documents.views import (
    INCOME_TAX,
    CheckView,
    LineView,
    NoteView,
    PayslipView,
    RegisterView,
    TaxView,
    TimeView,
    YearView,
)
from workforce.payroll.queries import UNTAXED
from workforce.platform.crypto import signature

if TYPE_CHECKING:
    from sqlalchemy import Row

_ESTIMATE: Final = "law_estimate"
_FINGERPRINT_DIGITS: Final = 20
_GROUP: Final = 4
_TIME_FIELDS: Final = tuple(TimeView.__dataclass_fields__)


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthFacts:
    """What a run's payslips need beside their own rows, by employment; see ``queries.py``."""

    company: Any
    employments: Mapping[int, Row[Any]]
    id_numbers: Mapping[int, str]
    teams: Mapping[int, str]
    task_types: Mapping[str, Row[Any]]
    years: Mapping[int, Row[Any]]
    openings: Mapping[int, Any]
    checks: MonthChecks
    title: str | None = None
    """What the run was ordered for, if it is not the regular one."""
    reversals: Mapping[int, str] = field(default_factory=dict)
    """Why payslips are reversed, by payslip."""


def build_payslip(
    run: Any, slip: Row[Any], rows: Sequence[Row[Any]], facts: MonthFacts
) -> PayslipView:
    """Return one payslip.

    Args:
        run: the run it belongs to.
        slip: its row.
        rows: its lines in their order.
        facts: the month.

    Raises:
        ValueError: its stored totals are not the sums of its lines.

    """
    person = facts.employments[slip.employment_id]
    lines = tuple(line_view(row, facts.task_types) for row in rows)
    return PayslipView(
        payslip_id=slip.id,
        run_id=run.id,
        employment_id=slip.employment_id,
        public_id=slip.public_id,
        fingerprint=_fingerprint(run, slip, rows, person),
        state=RunState(run.state),
        company_id=run.company_id,
        company_code=facts.company.company_code,
        company_name=facts.company.company_name,
        person_name=person.name,
        employee_no=person.employee_no,
        masked_id_number=masked_id_number(facts.id_numbers[slip.employment_id]),
        position=person.position,
        team=facts.teams.get(slip.employment_id),
        employment_type=term(f"employment_type.{person.employment_type}"),
        period=PayPeriod.parse(slip.period),
        pay_on=run.pay_on,
        gross_pay=slip.gross_pay_amount,
        net_pay=slip.net_pay_amount,
        employer_cost=slip.employer_cost_amount,
        lines=lines,
        time=TimeView(**{name: getattr(slip, name) for name in _TIME_FIELDS}),
        checks=_checks(slip.employment_id, facts),
        tax=_tax(lines, slip.tax_months),
        year=_year(slip, facts),
        notes=tuple(note_views(slip.notes, facts.task_types)),
        reversal=facts.reversals.get(slip.id),
        title=facts.title,
    )


def build_register(
    run: Any, company: Any, payslips: Iterable[PayslipView], names: Mapping[int, str]
) -> RegisterView:
    """Return the register of a run.

    Raises:
        ValueError: the run's totals are not the sums of its payslips.

    """
    state = RunState(run.state)
    slips = tuple(payslips)
    gone = tuple(slip for slip in slips if slip.reversal is not None)
    return RegisterView(
        run_id=run.id,
        company_id=run.company_id,
        company_code=company.company_code,
        company_name=company.company_name,
        period=PayPeriod.parse(run.period),
        kind=term(f"run_kind.{run.kind}"),
        number=run.number,
        state=term(f"run_state.{state.value}"),
        is_final=state in FINAL,
        pay_on=run.pay_on,
        result_hash=run.result_hash,
        prepared_by=names.get(run.prepared_by_id),
        reviewed_by=names.get(run.reviewed_by_id),
        approved_by=names.get(run.approved_by_id),
        prepared_at=run.prepared_at,
        gross_pay=run.gross_pay_amount - sum(slip.gross_pay for slip in gone),
        net_pay=run.net_pay_amount - sum(slip.net_pay for slip in gone),
        employer_cost=run.employer_cost_amount - sum(slip.employer_cost for slip in gone),
        payslips=tuple(slip for slip in slips if slip.reversal is None),
        reversed_payslips=gone,
    )


def masked_id_number(id_number: str) -> str:
    """Hide the birth date: the region and the last four characters stay."""
    return f"{id_number[:6]}{'*' * max(len(id_number) - 10, 0)}{id_number[-4:]}"


def masked_name(name: str) -> str:
    """Show the first character of a name only: 张三丰 → ``张*``."""
    return f"{name[:1]}*"


def line_view(row: Any, task_types: Mapping[str, Row[Any]]) -> LineView:
    """Return a line as it is shown; ``row`` has the columns of a stored line.

    ``task_types``: rows of production's ``task_type_names`` by code.
    """
    kind = LineKind(row.kind)
    label, position = _label(row.code, kind, is_untaxed=UNTAXED in row.operands)
    task_type = task_types.get(row.detail or "")
    detail = None if row.detail is None else Text(row.detail, row.detail)
    return LineView(
        seq=row.seq,
        position=position,
        code=row.code,
        kind=kind,
        label=label,
        amount=row.amount,
        detail=_name(task_type) if task_type else detail,
        detail_code=row.detail,
        quantity=row.quantity,
        rate=row.rate,
        unit=Text(task_type.unit_zh, task_type.unit_en) if task_type else None,
        reference=row.reference,
        operands=row.operands,
    )


@cache
def _label(code: str, kind: LineKind, *, is_untaxed: bool) -> tuple[Text, int]:
    """Return what a line is called, and its pay item's place on a payslip."""
    item = explain.item_of(code, kind, {"is_untaxed": int(is_untaxed)})
    return explain.label(code, kind), item.position


def _name(task_type: Row[Any]) -> Text:
    return Text(task_type.name_zh, task_type.name_en)


def _checks(employment_id: int, facts: MonthFacts) -> tuple[CheckView, ...]:
    return tuple(
        CheckView(
            batch=row.batch_code,
            task_type=_name(facts.task_types[row.task_type_code]),
            inspected_on=row.inspected_on,
            sampled_qty=row.sampled_qty,
            error_qty=row.error_qty,
            factor_rate=facts.checks.factors.get((employment_id, subject(row))),
            result=term(f"inspection_result.{row.result}"),
            inspector=row.inspector,
        )
        for row in facts.checks.rows.get(employment_id, ())
    )


def _tax(lines: Iterable[LineView], months: int) -> TaxView | None:
    """Return the way to the month's tax, or None where tax is not that of a year to date.

    A number that a line of an earlier version does not have counts as 0, as in its explanation; it has
    the payslip's months. The 60000 of a whole year have none.
    """
    line = next((line for line in lines if line.code == INCOME_TAX), None)
    if line is None or not line.numbers:
        return None
    numbers = defaultdict(int, line.numbers)
    if numbers["is_payment"]:
        return None
    return TaxView(
        income=numbers["income_fen"],
        is_part_income=bool(numbers["part_rate_micro"]),
        basic=numbers["basic_fen"],
        months=numbers["own_month_count"] + numbers["january_month_count"]
        if "own_month_count" in line.numbers
        else months,
        insurance_and_fund=numbers["insurance_fen"],
        special=numbers["special_fen"],
        other=numbers["other_fen"],
        taxable=numbers["taxable_fen"],
        rate=numbers["tax_rate_micro"],
        quick_deduction=numbers["quick_fen"],
        due=numbers["due_fen"],
        withheld_before=numbers["before_fen"],
        this_month=line.amount,
    )


def _year(slip: Row[Any], facts: MonthFacts) -> YearView:
    """Sum the year's payslips, and what was paid before this system kept the books.

    Whose only payslip of the year was reversed has no sum: it is 0.
    """
    paid = facts.years.get(slip.employment_id)
    before = facts.openings.get(slip.employment_id)
    return YearView(
        gross_pay=(paid.gross_pay_amount if paid else 0) + (before.income_amount if before else 0),
        insurance_and_fund=(paid.insurance_and_fund_amount if paid else 0)
        + (before.insurance_and_fund_amount if before else 0),
        income_tax=(paid.income_tax_amount if paid else 0)
        + (before.withheld_amount if before else 0),
    )


def note_views(
    notes: Sequence[Mapping[str, Any]], task_types: Mapping[str, Row[Any]]
) -> Iterable[NoteView]:
    """Say the remarks; all estimates of the law share one."""
    estimates = []
    for note in notes:
        code, detail = note["code"], note.get("detail")
        if code == _ESTIMATE:
            estimates.append(_parameter_label(detail))
        else:
            yield NoteView(text=_said(code, note["params"], _detail(detail, task_types)))
    if estimates:
        named = Text(
            "、".join(label.zh for label in estimates), ", ".join(label.en for label in estimates)
        )
        yield NoteView(text=_said(_ESTIMATE, {}, named), is_estimate=True)


def _said(code: str, params: Mapping[str, int], detail: Text | None) -> Text:
    said = explain.note(code, params, detail)
    return Text(said["zh"], said["en"])


def _detail(detail: str | None, task_types: Mapping[str, Row[Any]]) -> Text | None:
    """Return what a note names as people read it: a task type, a deduction, a batch."""
    if detail is None:
        return None
    if detail in task_types:
        return _name(task_types[detail])
    return terms().get(f"pay_code.{detail}", Text(detail, detail))


@cache
def _parameter_label(code: str) -> Text:
    labels = {parameter.code: parameter.label for parameter in LawBook.load().parameters()}
    return labels.get(code, Text(code, code))


def _fingerprint(run: Any, slip: Row[Any], rows: Sequence[Row[Any]], person: Row[Any]) -> str:
    """Return a keyed digest of what the payslip says: nobody without the key can find the pay by trying."""
    said = {
        "public_id": slip.public_id,
        "company_id": run.company_id,
        "employee_no": person.employee_no,
        "name": person.name,
        "period": slip.period,
        "pay_on": run.pay_on.isoformat(),
        "totals": [slip.gross_pay_amount, slip.net_pay_amount, slip.employer_cost_amount],
        "time": [getattr(slip, name) for name in _TIME_FIELDS],
        "lines": [
            [row.code, row.kind, row.detail, row.quantity, row.rate, row.amount] for row in rows
        ],
    }
    text = json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    digits = signature(text.encode())[:_FINGERPRINT_DIGITS].upper()
    return " ".join(digits[at : at + _GROUP] for at in range(0, len(digits), _GROUP))
