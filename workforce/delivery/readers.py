"""Who has looked at a payslip besides its person: what the audit says, in words for the person."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from workforce.core.terms import term
from workforce.platform import audit

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy.orm import Session

    from workforce.core.text import Text

MOST: Final = 50
"""So many of the latest looks are told."""
_OF_SLIP: Final = frozenset({"payslip.read", "payslip.mail", "payslip.sign"})
_OF_RUN: Final = frozenset(
    {
        "payroll_run.read",
        "payroll_run.export",
        "payslip.bulk_read",
        "payslip.produce",
        "register.read",
        "register.produce",
    }
)
"""Looks at everybody's pay of a run, the person's among it."""
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
    return _looks(session, "payslip", payslip_id, _OF_SLIP, own_account_id, names)


def of_run(
    session: Session, run_id: int, own_account_id: int, names: Mapping[int, str]
) -> list[Look]:
    """Return others' looks at everybody's pay of a run, the latest first."""
    return _looks(session, "payroll_run", run_id, _OF_RUN, own_account_id, names)


def _looks(
    session: Session,
    subject: str,
    key: int,
    actions: frozenset[str],
    own_account_id: int,
    names: Mapping[int, str],
) -> list[Look]:
    entries = audit.entries_about(session, subject, key, most=_LOOKED_THROUGH)
    found = [
        Look(
            entry.at,
            names.get(entry.actor_id or 0),
            term(f"audit_action.{entry.action}"),
        )
        for entry in entries
        if entry.action in actions and entry.actor_id != own_account_id
    ]
    return found[:MOST]
