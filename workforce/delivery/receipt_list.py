"""The list on which people sign for their payslips on paper. It names no amount: others read it, too."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from workforce.core.period import PayPeriod
from workforce.core.terms import term
from workforce.core.text import Text
from workforce.delivery import queries
from workforce.delivery.queries import Wanted
from workforce.documents import labels
from workforce.documents.run_reading import RunReader
from workforce.documents.service import MEDIA_TYPES, Document
from workforce.platform import clock
from workforce.platform.files import made_name
from workforce.platform.sheets import CellKind, SheetColumn, Workbook

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from workforce.core.text import Locale
    from workforce.delivery.queries import DeliveryRow
    from workforce.platform.scope import Scope

_CHUNK: Final = 200
_TITLE: Final = Text("工资条签收表", "Receipts of payslips")
_STATEMENT: Final = Text(
    "签字表示已收到并看过本人当月的工资条（指纹与工资条上一致），不表示放弃提出疑问的权利。",
    "A signature says that the own payslip of the month (whose fingerprint stands here) was received and "
    "read. It gives up no right to ask about it.",
)
_COLUMNS: Final = (
    (Text("序号", "No."), CellKind.COUNT, 6),
    (Text("班组", "Team"), CellKind.TEXT, 14),
    (Text("工号", "Employee no"), CellKind.TEXT, 12),
    (Text("姓名", "Name"), CellKind.TEXT, 14),
    (labels.FINGERPRINT, CellKind.TEXT, 22),
    (Text("本人签字", "Signature"), CellKind.TEXT, 20),
    (Text("日期", "Date"), CellKind.DATE, 12),
)


@dataclass(frozen=True, slots=True)
class Made:
    """The list as a file, and whose it is."""

    document: Document
    company_id: int


def receipt_list(session: Session, scope: Scope, run_id: int, locale: Locale) -> Made:
    """Return the list of a run's people for signing on paper, as a spreadsheet.

    Raises:
        NotFoundError: the run does not exist or is out of reach.
    """
    reader = RunReader.open(session, scope, run_id)
    period = PayPeriod.parse(reader.run.period)
    rows, _ = queries.delivery_rows(session, scope, run_id, Wanted(), period)
    people = {row.payslip_id: row for row in rows if not row.is_reversed}
    fingerprints = {
        view.payslip_id: view.fingerprint
        for start in range(0, len(reader.keys), _CHUNK)
        for view in reader.views(session, reader.keys[start : start + _CHUNK])
    }
    company: str = reader.facts.company.company_name
    title = f"{labels.month(period).in_locale(locale)} {_TITLE.in_locale(locale)}"
    book = Workbook(title=title, author=company, created=reader.run.prepared_at)
    sheet = book.sheet(title, landscape=False)
    sheet.line(f"{company} · {title}", "title")
    sheet.line(_STATEMENT.in_locale(locale), "note", span=len(_COLUMNS))
    sheet.gap()
    by_team = sorted(people.values(), key=lambda row: (row.team or "", row.employee_no))
    sheet.table(
        [SheetColumn(title.in_locale(locale), kind, width) for title, kind, width in _COLUMNS],
        (
            (
                number,
                row.team,
                row.employee_no,
                row.name,
                fingerprints[row.payslip_id],
                _signed(row, locale),
                None if row.signed_at is None else clock.to_base(row.signed_at).date(),
            )
            for number, row in enumerate(by_team, start=1)
        ),
        freeze_columns=0,
    )
    word = _TITLE.in_locale(locale).replace(" ", "_")
    kind = term(f"run_kind.{reader.run.kind}")
    run = labels.run_words(period, kind, reader.run.number, locale)
    name = made_name(word, reader.facts.company.company_code, *run, ending="xlsx")
    document = Document(name, MEDIA_TYPES["xlsx"], book.finish())
    return Made(document, reader.run.company_id)


def _signed(row: DeliveryRow, locale: Locale) -> str | None:
    return None if row.way is None else term(f"sign_way.{row.way}").in_locale(locale)
