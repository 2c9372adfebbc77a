"""Who has looked at a payslip besides its person: what the audit says, in words for the person."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from workforce.core.period import PayPeriod
from workforce.core.terms import term
from workforce.core.text import Text
from workforce.documents.files import service as files
from workforce.platform import audit

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from sqlalchemy.orm import Session

    from workforce.platform.audit import AuditEntry

MOST: Final = 50
"""So many of the latest looks are told."""
_OF_SLIP: Final = frozenset({"payslip.read", "payslip.mail", "payslip.sign"})
_OF_RUN: Final = frozenset(
    {
        "payroll_run.read",
        "payroll_run.export",
        "payslip.bulk_read",
        "payslip.produce",
        "payment_batch.read",
        "audit_pack.read_full",
        "register.read",
        "register.produce",
    }
)
"""Looks at everybody's pay of a run, the person's among it; files that are handed in come to them."""
_LOOKED_THROUGH: Final = 500


@dataclass(frozen=True, slots=True)
class Look:
    """One look: when, by whom (a display name, None for the command line), and what was done."""

    at: dt.datetime
    by: str | None
    what: Text


def of_slip(
    session: Session, payslip_id: int, own_account_id: int, names: Mapping[int, str]
) -> list[Look]:
    """Return others' looks at one payslip, the latest first."""
    return _looks(session, [("payslip", str(payslip_id))], _OF_SLIP, own_account_id, names)


def of_run(
    session: Session,
    run: Any,
    company_code: str,
    batch_ids: Iterable[int],
    own_account_id: int,
    names: Mapping[int, str],
) -> list[Look]:
    """Return others' looks at everybody's pay of a run, the latest first.

    ``run``: its row; ``batch_ids``: the payment batches in which the person stands.
    """
    month = PayPeriod.parse(run.period).whole
    subjects = [
        ("payroll_run", str(run.id)),
        files.month_subject(company_code, month),
        *map(files.batch_subject, batch_ids),
    ]
    return _looks(session, subjects, _OF_RUN, own_account_id, names)


def _looks(
    session: Session,
    subjects: Collection[tuple[str, str]],
    actions: frozenset[str],
    own_account_id: int,
    names: Mapping[int, str],
) -> list[Look]:
    found = [
        Look(entry.at, names.get(entry.actor_id or 0), what)
        for entry in audit.entries_about_all(session, subjects, most=_LOOKED_THROUGH)
        if entry.actor_id != own_account_id and (what := _what(entry, actions)) is not None
    ]
    return found[:MOST]


def _what(entry: AuditEntry, actions: frozenset[str]) -> Text | None:
    """Say what was done, if it was a look; of a file, which one was made."""
    if entry.action in actions:
        return term(f"audit_action.{entry.action}")
    form = files.form_that_names_people(entry)
    if form is None:
        return None
    said = term(f"audit_action.{entry.action}")
    return Text(f"{said.zh}：{form.label.zh}", f"{said.en}: {form.label.en}")
