"""The record of who did what, in reach of an administrator: filtered, the latest first."""

from __future__ import annotations

import datetime as dt
import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from flask import render_template, request, url_for

from workforce.account_pages import queries
from workforce.account_pages.routes import ROUTES
from workforce.core.permissions import Permission
from workforce.core.terms import terms, terms_of
from workforce.imports import wording
from workforce.platform import audit, clock
from workforce.platform.db import db
from workforce.platform.formatting import moment
from workforce.platform.i18n import current_locale, in_current
from workforce.platform.i18n import gettext as _
from workforce.platform.web import key_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flask.typing import ResponseReturnValue

    from workforce.platform.scope import Scope

_PER_PAGE: Final = 50
_LONGEST: Final = 120
_HASH: Final = re.compile(r"[0-9a-f]{64}")
_HASH_SHOWN: Final = 12
"""Enough digits of a fingerprint to compare it by eye; the whole one stays in the entry."""
_FIRST_DAY, _LAST_DAY = dt.date(1970, 1, 1), dt.date(9998, 12, 31)
"""Nothing was recorded outside of them, and their midnights are instants in every zone."""
_NAMES: Final = ("account", "action", "subject", "id", "company", "from", "to")


@dataclass(frozen=True, slots=True)
class Change:
    """One value of an act in words: what it is, before and after; empty where there was none."""

    name: str
    before: str
    after: str


@ROUTES.page("/audit", permission=Permission.AUDIT_READ)
def record(scope: Scope) -> ResponseReturnValue:
    """Show the acts in reach.

    ``?account=``, ``?action=``, ``?subject=``, ``?id=``, ``?company=``, ``?from=`` and ``?to=`` (both
    days included) narrow them; ``?before=`` goes on behind an entry.
    """
    session = db.session()
    companies = session.execute(queries.company_names(scope)).all()
    faults: list[str] = []
    wanted = _wanted(faults)
    before = request.args.get("before", "")
    chosen = audit.entries(scope, wanted, before=key_of(before) if before else None)
    rows = session.scalars(chosen.limit(_PER_PAGE + 1)).all() if not faults else []
    asked: dict[str, Any] = {name: request.args[name] for name in _NAMES if name in request.args}
    shown = rows[:_PER_PAGE]
    return render_template(
        "account_pages/audit.html",
        entries=[(entry, changes_of(entry)) for entry in shown],
        faults=faults,
        asked=asked,
        is_narrowed=any(asked.values()),
        is_later=bool(before),
        older=url_for("account_pages.record", **{**asked, "before": shown[-1].id})
        if len(rows) > _PER_PAGE
        else None,
        newest=url_for("account_pages.record", **asked),
        companies=companies,
        names={row.company_id: row.company_name for row in companies},
        actions=terms_of("audit_action"),
        subjects=terms_of("audit_subject"),
        label=label,
        is_base=scope.company_id is None,
    )


def _wanted(faults: list[str]) -> audit.Wanted:
    asked = request.args
    company = asked.get("company", "")
    since, last = _day("from", faults), _day("to", faults)
    if since and last and since > last:
        faults.append(_("开始日期在结束日期之后"))
    return audit.Wanted(
        actor_name=asked.get("account", "")[:_LONGEST].strip().lower(),
        action=asked.get("action", "")[:_LONGEST],
        subject_type=asked.get("subject", "")[:_LONGEST],
        subject_id=asked.get("id", "")[:_LONGEST].strip(),
        company_id=key_of(company) if company else None,
        since=_midnight(since) if since else None,
        until=_midnight(last + dt.timedelta(days=1)) if last else None,
    )


def _day(name: str, faults: list[str]) -> dt.date | None:
    text = request.args.get(name, "")
    try:
        return min(max(dt.date.fromisoformat(text), _FIRST_DAY), _LAST_DAY) if text else None
    except ValueError:
        faults.append(_("“%(text)s”不是日期，请写成 2026-10-31", text=text[:_LONGEST]))
        return None


def _midnight(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(), clock.BASE_ZONE)


def label(kind: str, code: str) -> str:
    """Return the word for a code of the audit; codes without one are shown as they are."""
    found = terms().get(f"{kind}.{code}")
    return in_current(found) if found else code


def changes_of(entry: audit.AuditEntry) -> list[Change]:
    """Return the values before and after an act in words, in order of their names."""
    before, after = _values(entry.before), _values(entry.after)
    return [
        Change(_name(name), _shown(name, before), _shown(name, after))
        for name in sorted(before.keys() | after.keys())
    ]


def _values(stored: str | None) -> Mapping[str, Any]:
    found = json.loads(stored) if stored else {}
    return found if isinstance(found, dict) else {"value": found}


def _name(name: str) -> str:
    """Return the word for a value: the audit's own, else the one that imports show changes with."""
    own = terms().get(f"audit_field.{name}")
    return in_current(own) if own else wording.label(name, current_locale())


def _shown(name: str, values: Mapping[str, Any]) -> str:
    if name not in values:
        return ""
    value = values[name]
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False)
    if not isinstance(value, str):
        return wording.wording(name, value, current_locale())
    if name.endswith(("_at", "_until")):
        return _moment(value)
    if _HASH.fullmatch(value):
        return f"{value[:_HASH_SHOWN]}…"
    return label(name, value)


def _moment(stored: str) -> str:
    """Return a stored instant as the base's clock showed it; what is none stays as it is."""
    try:
        instant = dt.datetime.fromisoformat(stored)
    except ValueError:
        return stored
    return moment(instant) if instant.tzinfo else stored
