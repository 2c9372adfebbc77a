"""Computes the months of a scenario one after the other and compares them with what is expected."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from workforce.core.engine import calculate
from workforce.core.errors import InputError, LawMissingError
from workforce.core.explain import explain, note
from workforce.core.facts import Facts, YearToDate
from workforce.core.law import LawBook, Parameter
from workforce.core.money import format_fen, format_micro
from workforce.core.period import PayPeriod
from workforce.core.results import LineBlock, LineKind, NoteBlock, Results
from workforce.core.scenario.columns import facts_of, year_before
from workforce.core.scenario.model import Scenario
from workforce.core.scenario.places import place_of
from workforce.core.shown import shown
from workforce.core.terms import terms
from workforce.core.text import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of the payslip. Amount in fen; quantity and rate in millionths, or None."""

    code: str
    kind: LineKind
    detail: str | None
    quantity_micro: int | None
    rate_micro: int | None
    amount_fen: int
    reference: str
    explanation: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """One remark."""

    code: str
    params: Mapping[str, int]
    detail: str | None
    text: Mapping[str, str]
    blocks_approval: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthPay:
    """One month's payslip; amounts in fen."""

    period: PayPeriod
    gross_pay_fen: int
    net_pay_fen: int
    employer_cost_fen: int
    lines: tuple[Line, ...]
    tax: Mapping[str, str]
    notes: tuple[Note, ...]

    def figure(self, code: str) -> int:
        """Return a total or the sum of a code's lines, 0 if there is none.

        Lines of a code that stand on both sides (adjustments) count with their sign.
        """
        totals = {
            "gross_pay": self.gross_pay_fen,
            "net_pay": self.net_pay_fen,
            "employer_cost": self.employer_cost_fen,
        }
        if code in totals:
            return totals[code]
        lines = [line for line in self.lines if line.code == code]
        has_both = len({line.kind for line in lines}) > 1
        return sum(
            -line.amount_fen if has_both and line.kind is not LineKind.EARNING else line.amount_fen
            for line in lines
        )


@dataclass(frozen=True, slots=True)
class Difference:
    """An expected figure that is not met; amounts in fen."""

    period: PayPeriod
    code: str
    expected_fen: int
    got_fen: int


def run(scenario: Scenario, book: LawBook) -> tuple[MonthPay, ...]:
    """Compute every month or half month, carrying the year to date.

    Raises:
        DomainError: a month cannot be computed; its place is the field in the file.

    """
    before = scenario.employee.year_before
    state = year_before(scenario.employee)
    paid: list[MonthPay] = []
    for month in scenario.months:
        if paid and month.period.year != paid[-1].period.year:
            state = YearToDate.none(1)
        # What the file states of the year before a second half has the first in it.
        is_stated = state is not None and scenario.employee.hired_on < month.period.first_on
        is_counted = not month.period.begins_month and (bool(paid) or is_stated)
        if not paid and before is not None and before.is_month_counted is not None:
            is_counted = before.is_month_counted
        try:
            facts = facts_of(scenario, month, state, is_month_counted=is_counted)
            if not paid:
                _check_year_before(scenario, facts)
            results = calculate(facts, book)
        except LawMissingError as error:
            raise error.at(f"{month.place}.month") from None
        if results.faults:
            fault = results.faults[0]
            raise fault.error.at(place_of(fault, scenario, month))
        state = results.year_to_date
        paid.append(_month_pay(results, book))
    return tuple(paid)


def _check_year_before(scenario: Scenario, facts: Facts) -> None:
    """A file is of one employment: its year to date cannot count months before the hire.

    Raises:
        InputError: it does.

    """
    before, hired_on = scenario.employee.year_before, scenario.employee.hired_on
    if before is None or before.has_earlier_employment:
        return
    year, month = facts.period.year, facts.period.month
    first = hired_on.month if hired_on.year == year else 1
    possible = max(month - first, 0)
    counted = before.months - int(facts.tax.is_month_counted[0])
    if counted > possible:
        raise InputError(
            "pay.year_to_date_months",
            place="employee.tax.year_to_date.months",
            months_count=counted,
            possible_count=possible,
        )


def differences(scenario: Scenario, paid: Sequence[MonthPay]) -> list[Difference]:
    """Return every expected figure that differs."""
    by_period = {month.period: month for month in paid}
    return [
        Difference(period, code, expected, got)
        for period, figures in scenario.expect.items()
        for code, expected in figures.items()
        if (got := by_period[period].figure(code)) != expected
    ]


def as_json(scenario: Scenario, paid: Sequence[MonthPay]) -> dict[str, Any]:
    """Return the payslips as plain values: amounts are text with two decimals."""
    return {"title": scenario.title, "months": [_month_json(month) for month in paid]}


def _month_pay(results: Results, book: LawBook) -> MonthPay:
    tax = results.tax
    return MonthPay(
        period=results.period,
        gross_pay_fen=int(results.gross_pay_fen[0]),
        net_pay_fen=int(results.net_pay_fen[0]),
        employer_cost_fen=int(results.employer_cost_fen[0]),
        lines=tuple(
            _line(block, row) for block in results.lines for row in range(block.employee.size)
        ),
        tax={
            "cumulative_income": format_fen(int(tax.cumulative_income_fen[0])),
            "cumulative_taxable": format_fen(int(tax.cumulative_taxable_fen[0])),
            "rate": format_micro(int(tax.rate_micro[0])),
            "quick_deduction": format_fen(int(tax.quick_deduction_fen[0])),
            "tax_withheld_to_date": format_fen(int(tax.withheld_to_date_fen[0])),
        },
        notes=tuple(
            _note(block, row, book) for block in results.notes for row in range(block.employee.size)
        ),
    )


def _line(block: LineBlock, row: int) -> Line:
    amount = int(block.amount_fen[row])
    operands = {name: int(column[row]) for name, column in block.operands.items()}
    detail = None if block.detail is None else block.details[int(block.detail[row])]
    quantity, rate = block.quantity_micro, block.rate_micro
    return Line(
        code=block.code,
        kind=block.kind,
        detail=detail,
        quantity_micro=None if quantity is None else int(quantity[row]),
        rate_micro=None if rate is None else int(rate[row]),
        amount_fen=amount,
        reference=block.reference,
        explanation=explain(block.code, block.kind, amount, operands, detail),
    )


def _note(block: NoteBlock, row: int, book: LawBook) -> Note:
    params = {name: int(column[row]) for name, column in block.params.items()}
    detail = None if block.detail is None else block.details[int(block.detail[row])]
    named: str | Text | Parameter | None = detail
    if detail is not None:
        is_parameter = block.code == "law_estimate"
        words = terms().get(f"pay_code.{detail}", Text(detail, detail))
        named = book.parameter(detail) if is_parameter else words
    return Note(
        code=block.code,
        params=params,
        detail=detail,
        text=note(block.code, params, named),
        blocks_approval=block.blocks_approval,
    )


def _month_json(month: MonthPay) -> dict[str, Any]:
    return {
        "month": str(month.period),
        "gross_pay": format_fen(month.gross_pay_fen),
        "net_pay": format_fen(month.net_pay_fen),
        "employer_cost": format_fen(month.employer_cost_fen),
        "lines": [_line_json(line) for line in month.lines],
        "tax": dict(month.tax),
        "notes": [_note_json(note) for note in month.notes],
    }


def _line_json(line: Line) -> dict[str, Any]:
    def decimal(micro: int | None) -> str | None:
        return None if micro is None else format_micro(micro)

    return {
        "code": line.code,
        "kind": line.kind.value,
        "detail": line.detail,
        "quantity": decimal(line.quantity_micro),
        "rate": decimal(line.rate_micro),
        "amount": format_fen(line.amount_fen),
        "reference": line.reference,
        "explanation": dict(line.explanation),
    }


def _note_json(remark: Note) -> dict[str, Any]:
    return {
        "code": remark.code,
        "detail": remark.detail,
        "params": {name: shown(name, value).en for name, value in remark.params.items()},
        "blocks_approval": remark.blocks_approval,
        **remark.text,
    }
