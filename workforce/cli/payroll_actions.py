"""What the verbs of ``workforce payroll`` do: choose companies, act on each, print tables."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Final

from workforce.cli.payroll_work import Choice, Work, end, opened, say_state, stored_runs
from workforce.cli.progress import progress
from workforce.cli.support import EXIT_FAILED, State, describe
from workforce.cli.tables import pay_fields, print_table
from workforce.core.errors import DomainError, InputError
from workforce.core.lifecycle import RunAction, RunState
from workforce.core.money import format_fen, format_micro, parse_fen
from workforce.core.permissions import Permission
from workforce.core.terms import term
from workforce.core.text import Text
from workforce.documents import queries as documents
from workforce.payments import service as payments
from workforce.payroll import queries as payroll
from workforce.payroll import service, views
from workforce.payroll.orders import orders
from workforce.payroll.reversal import reopening
from workforce.payroll.review import variances as ticking
from workforce.payroll.review.remark_groups import noted_in, remark_groups
from workforce.payroll.review.variance_views import variance_rows
from workforce.payroll.review.variances import VarianceKind
from workforce.platform import audit, clock
from workforce.platform.db import db

if TYPE_CHECKING:
    from workforce.documents.views import LineView, PayslipView
    from workforce.payroll.review.remark_groups import RemarkGroup
    from workforce.payroll.review.variance_views import VarianceRow
    from workforce.payroll.service import RunOutcome
    from workforce.payroll.verify import Verification
    from workforce.payroll.views import RunRow

__all__ = ["Choice", "act", "pay", "reopen", "run", "show", "tick", "variances", "verify"]

_SHOWN_DIFFERENCES: Final = 50
_HASH_DIGITS: Final = 12
_SHOWN_PEOPLE: Final = 5
_DECIDING: Final = (RunAction.REVIEW, RunAction.APPROVE)


def run(state: State, choice: Choice, *, preview: bool) -> None:
    """Compute each company's month; one that fails does not stop the others."""
    outcomes: list[RunOutcome] = []
    errors: list[DomainError] = []
    with opened(state, choice, Permission.PAYROLL_RUN_PREPARE) as work:
        with progress(Text("计算工资", "Computing pay"), total=len(work.companies)) as advance:
            for company_id, code in work.companies:
                try:
                    outcomes.append(
                        service.run_payroll(
                            work.scope,
                            company_id,
                            choice.period,
                            work.actor,
                            work.book,
                            order_id=_order_id(company_id, choice),
                            preview=preview,
                        )
                    )
                except DomainError as error:
                    errors.append(error.at(code))
                advance()
        _print_outcomes(state, outcomes)
        _print_remarks(state, choice, outcomes)
        if preview:
            state.say(Text("预览：没有写入任何内容", "Preview: nothing was written"))
    end(state, errors)


def _order_id(company_id: int, choice: Choice) -> int | None:
    """Return the order whose run is meant; None: the regular run."""
    if choice.order is None:
        return None
    return orders.order_numbered(db.session(), company_id, choice.period, choice.order)


def _print_outcomes(state: State, outcomes: Sequence[RunOutcome]) -> None:
    sheets = [(outcome, outcome.computed.sheet) for outcome in outcomes]
    rows = [
        (
            outcome.computed.company.code,
            term(f"run_state.{outcome.state}").in_locale(state.locale),
            str(sheet.size),
            str(len({fault.employment_id for fault in outcome.computed.faults})),
            *(
                format_fen(sheet.total(name))
                for name in ("gross_pay_amount", "net_pay_amount", "employer_cost_amount")
            ),
            outcome.computed.hashes.results[:_HASH_DIGITS],
        )
        for outcome, sheet in sheets
    ]
    print_table(state.locale, _TOTAL_HEADS, rows)
    for outcome in outcomes:
        _print_faults(
            state,
            outcome.computed.company.code,
            ((fault.employee_no, fault.error) for fault in outcome.computed.faults),
        )
        for number in outcome.computed.blocking:
            state.say(
                Text(
                    f"{outcome.computed.company.code} {number}: 实发为负，须先处理",
                    f"{outcome.computed.company.code} {number}: net pay is below zero; settle it first",
                )
            )


def _print_remarks(state: State, choice: Choice, outcomes: Sequence[RunOutcome]) -> None:
    """Say what payslips remark, by kind: a day without a record, a deduction without room."""
    for outcome in outcomes:
        groups = remark_groups(noted_in(outcome.computed.sheet))
        _print_groups(state, outcome.computed.company.code, choice.name, groups)


def _print_groups(state: State, code: str, period: str, groups: Sequence[RemarkGroup]) -> None:
    """List kinds of remarks with whom they are about, and where each is said in full."""
    if not groups:
        return
    people = {person.employee_no for group in groups for person in group.people}
    state.say(
        Text(
            f"{code}: {len(people)} 人的工资条上有提示，批准前请看：",
            f"{code}: remarks on {len(people)} payslips, to be read before approval:",
        )
    )
    for group in groups:
        named = [person.employee_no for person in group.people]
        shown = "、".join(named[:_SHOWN_PEOPLE]) + ("…" if len(named) > _SHOWN_PEOPLE else "")
        state.say(
            Text(
                f"  {group.label.zh}：{len(named)} 人（{shown}）",
                f"  {group.label.en}: {len(named)} ({shown.replace('、', ', ')})",
            )
        )
    where = f"workforce payroll show {period} --company {code} --notes"
    state.say(Text(f"  逐人说明：{where}", f"  person by person: {where}"))


def _print_notes(state: State, view: views.RunView) -> None:
    """Say every remark with its person, kind by kind."""
    for group in view.remarks:
        state.say(group.label)
        for remark in group.remarks:
            who = f"{remark.person.employee_no} {remark.person.name}"
            state.say(Text(f"  {who}：{remark.text.zh}", f"  {who}: {remark.text.en}"))


def _print_adjustments(state: State, view: views.RunView) -> None:
    """List corrections of earlier months that the month pays."""
    if not view.adjustments:
        return
    heads = pay_fields("employee_no", "name", "month", "adjustment", "reason")
    rows = [
        (*row.person, str(row.for_period), format_fen(row.amount), row.reason)
        for row in view.adjustments
    ]
    print_table(state.locale, heads, rows)


_TOTAL_HEADS: Final = pay_fields(
    "company", "state", "people", "faults", "gross_pay", "net_pay", "employer_cost", "result_hash"
)


def _print_faults(state: State, code: str, faults: Iterable[tuple[str, DomainError]]) -> None:
    for number, error in faults:
        state.say(f"{code} {number}: {describe(error, state.locale)}")


def show(state: State, choice: Choice, employee: str | None, *, notes: bool = False) -> None:
    """Print the stored runs, and their payslips or one of them; ``notes``: remarks in full, alone."""
    with opened(state, choice, Permission.PAYROLL_RUN_READ) as work:
        session = db.session()
        stored = [
            views.run_view(session, work.scope, row.run_id) for row in stored_runs(work, choice)
        ]
        if employee is None:
            for view in stored:
                if notes:
                    _print_notes(state, view)
                else:
                    _print_run(state, view)
            return
        said = [_print_person(state, work, view, employee) for view in stored]
        if not any(said):
            raise InputError(
                "document.no_such_employee", employee_no=employee, period=str(choice.period)
            )


def _print_run(state: State, view: views.RunView) -> None:
    run = view.run
    state.say(
        f"{run.company_name} ({run.company_code}) · {run.period} · "
        f"{term(f'run_state.{run.state}').in_locale(state.locale)}"
    )
    for title, who, when in (
        (term("pay_field.prepared"), view.prepared_by or audit.CLI.name, view.prepared_at),
        (term("pay_field.reviewed"), view.reviewed_by, view.reviewed_at),
        (term("pay_field.approved"), view.approved_by, view.approved_at),
    ):
        if who and when:
            state.say(
                f"{title.in_locale(state.locale)}: {who}, {clock.to_base(when):%Y-%m-%d %H:%M}"
            )
    for name, value in view.hashes.items():
        state.say(f"{name} sha256: {value}")
    heads = pay_fields(
        "employee_no", "name", "gross_pay", "deductions", "net_pay", "change", "remarks"
    )
    rows = [
        (
            slip.person.employee_no,
            slip.person.name,
            format_fen(slip.gross_pay),
            format_fen(slip.deductions),
            format_fen(slip.net_pay),
            "" if slip.change is None else format_fen(slip.change),
            str(slip.note_count or ""),
        )
        for slip in view.slips
    ]
    total = term("pay_field.total").in_locale(state.locale)
    taken = run.gross_pay - run.net_pay
    amounts = (run.gross_pay, taken, run.net_pay)
    print_table(state.locale, heads, [*rows, ("", total, *map(format_fen, amounts), "", "")])
    _print_faults(
        state, run.company_code, ((row.person.employee_no, row.error) for row in view.faults)
    )
    _print_adjustments(state, view)
    _print_groups(state, run.company_code, str(run.period), view.remarks)


def _print_person(state: State, work: Work, view: views.RunView, employee: str) -> bool:
    """Print a person's payslip, or why there is none; tell whether the run knows the person."""
    faults = [row for row in view.faults if row.person.employee_no == employee]
    _print_faults(
        state, view.run.company_code, ((row.person.employee_no, row.error) for row in faults)
    )
    slips = [row for row in view.slips if row.person.employee_no == employee]
    for slip in slips:
        _print_slip(state, documents.payslip_view(db.session(), work.scope, slip.payslip_id))
    return bool(faults or slips)


def _print_slip(state: State, slip: PayslipView) -> None:
    """Print the lines with their amounts, then why each is so: sentences do not fit into columns."""
    state.say(f"{slip.employee_no} {slip.person_name} · {slip.period}")
    heads = pay_fields("item", "quantity", "rate", "amount")
    rows = [
        (
            _named(line).in_locale(state.locale),
            "" if line.quantity is None else format_micro(line.quantity),
            "" if line.rate is None else format_micro(line.rate),
            format_fen(line.signed_amount),
        )
        for line in slip.lines
    ]
    print_table(state.locale, heads, rows)
    for line in slip.lines:
        name = _named(line)
        why = line.explanation
        state.say(Text(f"{name.zh}：{why.zh}", f"{name.en}: {why.en}"))
    for remark in slip.notes:
        state.say(remark.text)


def _named(line: LineView) -> Text:
    """Return the item with what it is of: the task type, the reason of an adjustment."""
    if line.detail is None:
        return line.label
    return Text(f"{line.label.zh} · {line.detail.zh}", f"{line.label.en} · {line.detail.en}")


def verify(state: State, choice: Choice) -> None:
    """Verify each stored run; exit 1 if anything differs."""
    verified: list[tuple[RunRow, Verification]] = []
    with opened(state, choice, Permission.PAYROLL_RUN_READ) as work:
        stored = stored_runs(work, choice)
        with progress(Text("重算核对", "Verifying"), total=len(stored)) as advance:
            for row in stored:
                found = service.verify_run(work.scope, row.run_id, work.book)
                verified.append((row, found))
                advance()
    for row, found in verified:
        _print_verification(state, row.company_code, found)
    if any(found.differences for _, found in verified):
        raise SystemExit(EXIT_FAILED)


def _print_verification(state: State, code: str, found: Verification) -> None:
    if found.has_new_facts:
        causes = found.causes()
        state.say(
            Text(
                f"{code}: 计算之后数据有变动，以下差别由此而来：{causes.zh}",
                f"{code}: the facts have changed since the run, hence what follows: {causes.en}",
            )
        )
    for difference in found.differences[:_SHOWN_DIFFERENCES]:
        state.say(f"{code} {difference.text().in_locale(state.locale)}")
    for remark in found.remarks:
        text = remark.text()
        state.say(Text(f"{code} {text.zh}(不影响结果)", f"{code} {text.en} (without effect)"))
    count = len(found.differences)
    if count:
        state.say(Text(f"{code}: ✗ {count} 处不同", f"{code}: ✗ {count} differences"))
    else:
        slips = found.payslip_count
        state.say(
            Text(
                f"{code}: ✓ {slips} 张工资条逐位一致",
                f"{code}: ✓ {slips} payslips, the same bit by bit",
            )
        )


def act(state: State, choice: Choice, name: str, reason: str = "") -> None:
    """Take each stored run one step on; one that is refused does not stop the others."""
    action = RunAction(name)
    errors: list[DomainError] = []
    with opened(state, choice, service.permission_for(action)) as work:
        for row in stored_runs(work, choice):
            if action in _DECIDING:
                view = views.run_view(db.session(), work.scope, row.run_id)
                _print_groups(state, row.company_code, choice.name, view.remarks)
            try:
                service.take(work.scope, row.run_id, action, work.actor, work.book, reason)
            except DomainError as error:
                errors.append(error.at(row.company_code))
                continue
            now = next(one for one in stored_runs(work, choice) if one.run_id == row.run_id)
            say_state(state, row, now.state)
    end(state, errors)


def reopen(state: State, choice: Choice, reason: str, answer: str | None) -> None:
    """Ask that each approved run be opened again, or answer who asked."""
    errors: list[DomainError] = []
    with opened(state, choice, Permission.PAYROLL_RUN_APPROVE) as work:
        for row in stored_runs(work, choice):
            try:
                if answer is None:
                    reopening.ask_to_reopen(work.scope, row.run_id, work.actor, reason)
                else:
                    is_granted = answer == "grant"
                    reopening.answer_reopening(
                        work.scope, row.run_id, work.actor, is_granted=is_granted
                    )
            except DomainError as error:
                errors.append(error.at(row.company_code))
                continue
            now = next(one for one in stored_runs(work, choice) if one.run_id == row.run_id)
            say_state(state, row, now.state)
            if answer is None:
                state.say(Text("已申请退回，等另一人同意", "asked; another person grants it"))
    end(state, errors)


def variances(state: State, choice: Choice) -> None:
    """List what is out of the ordinary in each stored run, and who has looked at it."""
    with opened(state, choice, Permission.PAYROLL_RUN_READ) as work:
        session = db.session()
        for row in stored_runs(work, choice):
            run = payroll.found(session, payroll.run(work.scope, row.run_id))
            _print_variances(state, row, variance_rows(session, run))


def _print_variances(state: State, run: RunRow, rows: Sequence[VarianceRow]) -> None:
    waiting = sum(row.ticked_at is None for row in rows)
    state.say(
        Text(
            f"{run.company_code} {run.period}：{len(rows)} 项差异，{waiting} 项待核对",
            f"{run.company_code} {run.period}: {len(rows)} variances, {waiting} to be ticked",
        )
    )
    heads = pay_fields("variance", "employee_no", "name", "before", "after", "ticked")
    print_table(
        state.locale,
        heads,
        [
            (
                term(f"variance.{row.kind}").in_locale(state.locale),
                *row.person,
                *(_value(row, value) for value in (row.before, row.after)),
                row.ticked_by or "",
            )
            for row in rows
        ],
    )


def _value(row: VarianceRow, value: int | None) -> str:
    if value is None:
        return ""
    return format_micro(value) if row.kind is VarianceKind.PRICE else format_fen(value)


def tick(state: State, choice: Choice, kind: str | None, note: str) -> None:
    """Tick the open variances of each stored run, or those of one kind."""
    errors: list[DomainError] = []
    chosen = None if kind is None else VarianceKind(kind)
    with opened(state, choice, Permission.PAYROLL_RUN_REVIEW) as work:
        for row in stored_runs(work, choice):
            try:
                count = ticking.tick_all(work.scope, row.run_id, work.actor, chosen, note)
            except DomainError as error:
                errors.append(error.at(row.company_code))
                continue
            state.say(
                Text(
                    f"{row.company_code} {row.period}：核对了 {count} 项差异",
                    f"{row.company_code} {row.period}: {count} variances ticked",
                )
            )
    end(state, errors)


def pay(state: State, choice: Choice, paid_on: dt.date, total: str, reference: str) -> None:
    """Record that the month's approved run was paid; ``total`` in yuan.

    Raises:
        InputError: the total is no amount.
    """
    payment = service.Payment(paid_on=paid_on, amount=parse_fen(total), reference=reference)
    with opened(state, choice, Permission.PAYROLL_RUN_PAY) as work:
        (row,) = stored_runs(work, choice)
        payments.pay_run(work.scope, row.run_id, work.actor, payment, work.book)
        say_state(state, row, RunState.PAID)
