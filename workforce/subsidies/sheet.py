"""A frozen claim as a spreadsheet to be stamped: the list of names, the evidence, and what was checked."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from workforce.core.errors import StateError
from workforce.core.money import format_fen
from workforce.core.terms import term
from workforce.core.text import Locale, Text
from workforce.platform.sheets import Cell, CellKind, SheetColumn, Workbook
from workforce.subsidies.schemes import scheme_named

if TYPE_CHECKING:
    from workforce.subsidies.models import SubsidyClaim
    from workforce.subsidies.queries import FindingRow

_PEOPLE: Final = (
    (Text("序号", "No."), CellKind.COUNT),
    (Text("工号", "Number"), CellKind.TEXT),
    (Text("姓名", "Name"), CellKind.TEXT),
    (Text("性别", "Sex"), CellKind.TEXT),
    (Text("证件号码", "ID number"), CellKind.TEXT),
    (Text("手机号", "Telephone"), CellKind.TEXT),
    (Text("招用日期", "Hired on"), CellKind.DATE),
    (Text("合同", "Contract"), CellKind.TEXT),
    (Text("合同到期", "Contract until"), CellKind.DATE),
    (Text("申报月份", "Months claimed"), CellKind.TEXT),
    (Text("月数", "Months"), CellKind.COUNT),
    (Text("符合条件的依据", "Why eligible"), CellKind.TEXT),
    (Text("开户银行", "Bank"), CellKind.TEXT),
    (Text("银行账号", "Account"), CellKind.TEXT),
    (Text("估算金额（元）", "Estimate (yuan)"), CellKind.MONEY),
)
_PAPERS: Final = (
    (Text("工号", "Number"), CellKind.TEXT),
    (Text("姓名", "Name"), CellKind.TEXT),
    (Text("材料", "Paper"), CellKind.TEXT),
    (Text("编号", "Number of the paper"), CellKind.TEXT),
    (Text("日期", "Day"), CellKind.DATE),
    (Text("有效期到", "Valid until"), CellKind.DATE),
    (Text("等级", "Level"), CellKind.COUNT),
    (Text("系统内有扫描件", "Scan kept here"), CellKind.TEXT),
)
_CHECKS: Final = (
    (Text("工号", "Number"), CellKind.TEXT),
    (Text("姓名", "Name"), CellKind.TEXT),
    (Text("提醒", "Warning"), CellKind.TEXT),
    (Text("月份", "Months"), CellKind.TEXT),
)
_TOTAL: Final = Text("合计", "Total")
_UNKNOWN: Final = Text("以经办机构核定为准", "the bureau decides")
_YES: Final = Text("有", "yes")
_NO: Final = Text("无", "no")
_LIST: Final = Text("申报名单", "People")
_EVIDENCE: Final = Text("材料清单", "Evidence")
_CHECKED: Final = Text("人数核查", "Headcount check")
_CLEAN: Final = Text("核查没有提醒。", "The check found nothing.")
_SEAL: Final = (
    Text(
        "填报单位（盖章）：____________________    单位负责人：____________    "
        "经办人：____________    联系电话：____________    日期：____年__月__日",
        "Reporting unit (seal): ____________________    Head: ____________    "
        "Prepared by: ____________    Telephone: ____________    Date: __________",
    ),
    Text(
        "经办机构审核（盖章）：____________________    审核人：____________    日期：____年__月__日",
        "Reviewed by the bureau (seal): ____________________    Reviewer: ____________    Date: __________",
    ),
)


def write_claim(
    claim: SubsidyClaim,
    company_name: str,
    contents: Sequence[Mapping[str, Any]],
    findings: Sequence[FindingRow],
    locale: Locale,
) -> bytes:
    """Return a frozen claim as xlsx, the same bytes whenever it is written.

    Args:
        claim: the claim.
        company_name: the reporting unit.
        contents: what was frozen of each person (``queries.frozen_contents``).
        findings: what the last check found: warnings alone, since nothing may stop a frozen claim.
        locale: the language of the words.

    Raises:
        StateError: the claim is not frozen, or withdrawn: nobody shall stamp it.

    """
    label = scheme_named(claim.scheme).label.in_locale(locale)
    if claim.state == "withdrawn":
        raise StateError("subsidy.wrong_state", state=term("subsidy_claim_state.withdrawn"))
    if claim.frozen_at is None:
        raise StateError("subsidy.not_frozen")
    book = Workbook(title=label, author=company_name, created=claim.frozen_at)
    sheet = book.sheet(_LIST.in_locale(locale))
    width = len(_PEOPLE)
    sheet.line(f"{label} · {_LIST.in_locale(locale)}", "title", span=width)
    for line in _heads(claim, company_name):
        sheet.line(line.in_locale(locale), span=width)
    amount: Cell = claim.amount if claim.amount is not None else _UNKNOWN.in_locale(locale)
    sheet.table(
        _columns(_PEOPLE, locale),
        [_person(number, one, locale) for number, one in enumerate(contents, start=1)],
        total=[len(contents), _TOTAL.in_locale(locale), *[None] * (width - 3), amount],
        freeze_columns=3,
    )
    _foot(sheet, claim, width, locale)
    papers = book.sheet(_EVIDENCE.in_locale(locale))
    papers.line(f"{label} · {_EVIDENCE.in_locale(locale)}", "title", span=len(_PAPERS))
    papers.table(
        _columns(_PAPERS, locale),
        [_paper(one, paper, locale) for one in contents for paper in one["papers"]],
        freeze_columns=2,
    )
    checks = book.sheet(_CHECKED.in_locale(locale))
    checks.line(f"{label} · {_CHECKED.in_locale(locale)}", "title", span=len(_CHECKS))
    if findings:
        checks.table(_columns(_CHECKS, locale), [_finding(row, locale) for row in findings])
    else:
        checks.line(_CLEAN.in_locale(locale))
    return book.finish()


def _columns(heads: Sequence[tuple[Text, CellKind]], locale: Locale) -> list[SheetColumn]:
    return [SheetColumn(head.in_locale(locale), kind) for head, kind in heads]


def _heads(claim: SubsidyClaim, company_name: str) -> list[Text]:
    amount = _UNKNOWN if claim.amount is None else _yuan(claim.amount)
    return [
        Text(
            f"填报单位：{company_name}    申报编号：{claim.number}    "
            f"申报月份：{claim.first_month} 至 {claim.last_month}",
            f"Reporting unit: {company_name}    Claim: {claim.number}    "
            f"Months: {claim.first_month} to {claim.last_month}",
        ),
        Text(
            f"人数：{claim.people}    估算金额：{amount.zh}",
            f"People: {claim.people}    Estimate: {amount.en}",
        ),
    ]


def _yuan(fen: int) -> Text:
    return Text(f"{format_fen(fen)} 元", f"{format_fen(fen)} yuan")


def _foot(sheet: Any, claim: SubsidyClaim, width: int, locale: Locale) -> None:
    sheet.gap()
    if claim.note:
        note = Text(f"说明：{claim.note}", f"Note: {claim.note}")
        sheet.line(note.in_locale(locale), span=width)
    for line in _SEAL:
        sheet.line(line.in_locale(locale), span=width)
        sheet.gap()
    proof = Text(
        f"内容指纹（SHA-256）：{claim.content_hash}    程序版本：{claim.code_version}",
        f"Fingerprint (SHA-256): {claim.content_hash}    Program: {claim.code_version}",
    )
    sheet.line(proof.in_locale(locale), "note", span=width)


def _day(text: str | None) -> dt.date | None:
    return None if text is None else dt.date.fromisoformat(text)


def _person(number: int, one: Mapping[str, Any], locale: Locale) -> list[Cell]:
    at = 1 if locale == "en" else 0
    months = one["months"]
    kind = one["contract_kind"]
    return [
        number,
        one["employee_no"],
        one["name"],
        term(f"sex.{one['sex']}").in_locale(locale),
        one["id_number"],
        one["phone"] or "",
        _day(one["hired_on"]),
        term(f"contract_kind.{kind}").in_locale(locale) if kind else "",
        _day(one["contract_until"]),
        "、".join(months) if locale == "zh" else ", ".join(months),
        len(months),
        ("；" if locale == "zh" else "; ").join(reason[at] for reason in one["reasons"]),
        one["bank_name"] or "",
        one["bank_account"] or "",
        one["amount"] if one["amount"] is not None else (one["formula"] or ["", ""])[at],
    ]


def _paper(one: Mapping[str, Any], paper: Mapping[str, Any], locale: Locale) -> list[Cell]:
    return [
        one["employee_no"],
        one["name"],
        term(f"evidence_kind.{paper['kind']}").in_locale(locale),
        paper["number"],
        _day(paper["issued_on"]),
        _day(paper["valid_until"]),
        paper["level"],
        (_YES if paper["has_file"] else _NO).in_locale(locale),
    ]


def _finding(row: FindingRow, locale: Locale) -> list[Cell]:
    return [row.employee_no, row.name, row.kind.label.in_locale(locale), " ".join(row.months)]
