"""The bank's reply to a payment batch: which lines were paid, and which were sent back and why.

A line is found by account and amount, with the name where the file has one, among the payments of one
batch; what does not match wholly is refused, never guessed. A line that the bank paid changes nothing:
the batch is confirmed by its total.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from workforce.core.errors import DomainError, InputError, StateError
from workforce.core.money import format_fen
from workforce.core.permissions import Permission
from workforce.core.terms import term
from workforce.core.text import Text
from workforce.imports.planning import refusal
from workforce.imports.reading import values
from workforce.imports.reading.tables import Column, Placed, Reading, Row, read_table
from workforce.imports.refusals import Notice, Refusal
from workforce.imports.source import Context, Options, Part, Proposal, Source, SourceFile
from workforce.imports.sources._sample import sample_workbook
from workforce.payments import outcomes
from workforce.payments import queries as payments
from workforce.platform import locks
from workforce.platform.changes import Changed, Plan
from workforce.platform.scope import Scope

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

_CODE: Final = "bank_reply"
_SUCCESS: Final = re.compile(
    r"(?:全部|处理|交易|付款|已)?成功|已付|success(?:ful)?|paid|ok", re.IGNORECASE
)
_FAILURE: Final = re.compile(
    r"失败|退回|退汇|退票|拒绝|未成功|不成功|fail|reject|return", re.IGNORECASE
)
_PENDING: Final = re.compile(
    r"处理中|[待未](?:处理|付|支付|入账|授权|审批)|受理|排队|可疑|不明|pending|processing|unknown",
    re.IGNORECASE,
)
"""What is not decided yet: taken for sent back, it would be paid twice."""
_REASON_LENGTH: Final = 200
_NO_REASON: Final = "银行未说明原因"
_SHOWN_DIGITS: Final = 4


def _column(name: str, *titles: str, is_required: bool = False, is_secret: bool = False) -> Column:
    return Column(
        name=name,
        titles=titles,
        note=Text("", ""),
        is_required=is_required,
        is_secret=is_secret,
    )


_COLUMNS: Final = (
    _column(
        "account",
        *(
            "卡号",
            "账号",
            "帐号",
            "收款账号",
            "收款帐号",
            "收款账号/卡号",
            "收款人账号",
            "银行账号",
        ),
        is_required=True,
        is_secret=True,
    ),
    _column("name", "姓名", "户名", "收款户名", "收款账号名称", "收款人名称", "收款人"),
    _column("amount", "应处理金额", "金额", "金额(元)", "应处理金额(元)", "应付金额", "发放金额"),
    _column("amount_fen", "应处理金额(分)", "金额(分)"),
    _column("paid", "实处理金额", "实处理金额(元)", "实付金额", "成功金额"),
    _column("paid_fen", "实处理金额(分)"),
    _column("result", "处理标志", "处理结果", "交易结果", "结果", "状态", "交易状态"),
    _column("reason", "失败原因", "原因", "返回信息", "错误信息", "处理信息"),
    _column("batch", "发放批", "发放批号", "批号"),
)


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a reply: amount in fen; ``failure`` is the bank's reason, None where it was paid."""

    account: str
    name: str | None
    amount: int
    failure: str | None
    batch: int | None


def _digits(value: Any) -> str:
    number = re.sub(r"[\s-]", "", values.text(value))
    if not re.fullmatch(r"\d{5,30}", number):
        raise InputError("cell.not_digits")
    return number


def _money(row: Row, name: str) -> int | None:
    """Read an amount that a file gives in yuan or in fen."""
    fen = row.get(f"{name}_fen", lambda value: values.quantity(value, values.AMOUNT_LIMIT_FEN))
    return row.get(name, values.amount) if fen is None else fen


def _line(row: Row) -> Line:
    amount = _money(row, "amount")
    if amount is None:
        raise row.fault("amount", InputError("cell.missing"))
    return Line(
        account=row.need("account", _digits),
        name=row.get("name", values.text),
        amount=amount,
        failure=_failure(row, amount),
        batch=row.get("batch", values.quantity),
    )


def _failure(row: Row, amount: int) -> str | None:
    """Return why the bank did not pay a line, None if it did.

    Raises:
        CellError: the file does not say, or says that a part was paid, or says two things.

    """
    said = row.get("result", values.text) or ""
    reason = (row.get("reason", values.text) or "")[:_REASON_LENGTH]
    paid = _money(row, "paid")
    has_failed, has_succeeded = bool(_FAILURE.search(said)), bool(_SUCCESS.fullmatch(said))
    is_clear = has_failed or has_succeeded or (paid is not None and not _PENDING.search(said))
    if said and not is_clear:
        raise row.fault("result", InputError("payments.reply_result", given=said))
    if paid is None and not said:
        raise row.fault("result", InputError("cell.missing"))
    if paid is not None and paid not in {0, amount}:
        error = InputError(
            "payments.reply_in_part", amount=format_fen(amount), paid=format_fen(paid)
        )
        raise row.fault("paid" if row.has_column("paid") else "paid_fen", error)
    if has_failed or paid == 0:
        if paid == amount or has_succeeded:
            raise row.fault("result", InputError("payments.reply_result", given=said))
        return reason or (said if said != "失败" else "") or _NO_REASON
    return None


def _read(file: SourceFile, _options: Options) -> Reading[Line]:
    return read_table(file.sheets(), _COLUMNS, _CODE, _line)


def _plan(session: Session, context: Context, rows: Sequence[Placed[Line]]) -> Proposal:
    scope = Scope.company(context.company_id)
    locks.hold(session, context.company_id)
    proposal = Proposal()
    books = _Books(session, scope, context.options.batch)
    by_key: defaultdict[tuple[int, str, int], list[Placed[Line]]] = defaultdict(list)
    for placed in rows:
        try:
            batch_id = books.batch_of(placed.row)
        except DomainError as error:
            proposal.refusals.append(refusal(placed.place, error, "发放批"))
            continue
        by_key[batch_id, placed.row.account, placed.row.amount].append(placed)
    plan = Plan()
    for (batch_id, account, amount), lines in by_key.items():
        found = books.payments(batch_id).get((account, amount), [])
        _match(plan, proposal.refusals, lines, found)
    proposal.good_count = len(plan.changed) + plan.unchanged
    proposal.parts = [
        Part(
            Text("银行退回的付款", "Payments sent back"),
            plan,
            lambda row: f"{row['employee_no']} {row['payee_name']} {format_fen(row['amount'])}",
            secret=frozenset({"bank_account"}),
            words={"state": lambda value, _row: term(f"payment_state.{value}")},
        )
    ]
    _tell_missing(proposal, books, by_key)

    def store(working: Session, _batch_id: int) -> None:
        reasons = {change.row["id"]: change.after["fail_reason"] for change in plan.changed}
        outcomes.fail(working, context.company_id, reasons, context.actor, context.today)

    proposal.store = store
    return proposal


class _Books:
    """The payments that a reply may speak of, read once a batch."""

    def __init__(self, session: Session, scope: Scope, said: str | None) -> None:
        """Say which batch the file is about; None: the newest that is not cancelled."""
        self._session, self._scope, self._said = session, scope, said
        self._batches: dict[int | None, int] = {}
        self._payments: dict[int, dict[tuple[str, int], list[Any]]] = {}

    def batch_of(self, line: Line) -> int:
        """Return the id of the batch that a line is about.

        Raises:
            InputError: there is none.

        """
        number = line.batch
        if number is None and self._said:
            found = re.fullmatch(r"\D*(\d{1,9})", self._said)
            number = int(found[1]) if found else 0
        if number not in self._batches:
            chosen = payments.replied_batch(self._scope, number)
            batch_id = self._session.scalar(chosen)
            if batch_id is None:
                raise InputError("payments.reply_no_batch", number=number or "—")
            self._batches[number] = batch_id
        return self._batches[number]

    def payments(self, batch_id: int) -> Mapping[tuple[str, int], list[Any]]:
        """Return the payments of a batch by account and amount."""
        if batch_id not in self._payments:
            found: defaultdict[tuple[str, int], list[Any]] = defaultdict(list)
            for row in self._session.execute(payments.payments_of(self._scope, batch_id)):
                account = re.sub(r"[\s-]", "", row.bank_account or "")
                found[account, row.amount].append(row)
            self._payments[batch_id] = found
        return self._payments[batch_id]


def _match(
    plan: Plan, refusals: list[Refusal], lines: list[Placed[Line]], found: Sequence[Any]
) -> None:
    """Give lines of one account and amount their payments, or refuse them."""
    shown = lines[0].row.account[-_SHOWN_DIGITS:]
    if not found:
        error: DomainError = InputError(
            "payments.reply_unknown", account=shown, amount=format_fen(lines[0].row.amount)
        )
        refusals.extend(refusal(line.place, error, "账号") for line in lines)
        return
    for line in lines[len(found) :]:
        first = lines[0].place
        twice = InputError("row.duplicate", row=first.row or first.text())
        refusals.append(refusal(line.place, twice))
    kept = lines[: len(found)]
    if len({line.row.failure is None for line in kept}) > 1 or (
        len(kept) < len(found) and kept[0].row.failure is not None
    ):
        error = StateError("payments.reply_ambiguous", count=len(found))
        refusals.extend(refusal(line.place, error, "账号") for line in kept)
        return
    for line, payment in zip(kept, found, strict=False):
        fault = _settle(plan, line.row, payment, shown)
        if fault is not None:
            refusals.append(refusal(line.place, fault))


def _settle(plan: Plan, line: Line, payment: Any, shown: str) -> DomainError | None:
    """Plan what a line says of its payment; return why it cannot be, if so."""
    if line.name is not None and line.name != payment.payee_name:
        return InputError(
            "payments.reply_other_name", account=shown, known=payment.payee_name, given=line.name
        )
    if line.failure is None:
        if payment.state == "failed":
            return StateError("payments.reply_was_failed")
        plan.unchanged += 1
        return None
    if payment.state == "failed":
        plan.unchanged += 1
        return None
    plan.changed.append(
        Changed(
            row={
                "id": payment.payment_id,
                "employment_id": payment.employment_id,
                "employee_no": payment.employee_no,
                "payee_name": payment.payee_name,
                "amount": payment.amount,
            },
            before={"state": payment.state, "fail_reason": None},
            after={"state": "failed", "fail_reason": line.failure},
        )
    )
    return None


def _tell_missing(
    proposal: Proposal, books: _Books, by_key: Mapping[tuple[int, str, int], Sequence[object]]
) -> None:
    """Tell how many payments of the batches the file does not speak of: many banks list failures only."""
    ids = {batch_id for batch_id, _, _ in by_key}
    all_of = sum(len(rows) for one in ids for rows in books.payments(one).values())
    missing = all_of - sum(len(lines) for lines in by_key.values())
    if missing > 0:
        text = Text(
            f"发放批里还有 {missing} 笔，文件没有提到，不作改动",
            f"{missing} more payments of the batch are not in the file; they stay as they are",
        )
        proposal.notices.append(Notice(text))


def _sample() -> bytes:
    return sample_workbook(
        "回盘",
        [
            ["姓名", "卡号", "应处理金额", "备注", "实处理金额", "处理标志"],
            ["李晨", "6228123456700000001", "3862.50", "A0001", "3862.50", "成功"],
            ["王欣怡", "6228123456700000002", "4115.00", "A0002", "0.00", "失败：账号不存在"],
        ],
    )


SOURCE: Final = Source(
    code=_CODE,
    label=Text("银行回盘", "The bank's reply"),
    suffixes=(".xlsx", ".csv", ".tsv", ".txt"),
    permission=Permission.PAYROLL_RUN_PAY,
    read=_read,
    plan=_plan,
    sample=_sample,
)
