"""What ``workforce study`` does."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from workforce.cli.acting import acting
from workforce.cli.support import State
from workforce.cli.tables import print_table
from workforce.companies.service import company_named
from workforce.core.errors import InputError
from workforce.core.period import PayPeriod
from workforce.core.permissions import Permission
from workforce.core.terms import term
from workforce.core.text import Locale, Text
from workforce.platform.db import db, unit_of_work
from workforce.platform.files import write_bytes
from workforce.platform.formatting import moment
from workforce.platform.scope import Scope
from workforce.policy_lab import service
from workforce.policy_lab.face import face_of
from workforce.policy_lab.files import write

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from workforce.policy_lab.face import Column
    from workforce.policy_lab.trying import Lab

_TITLE = Text("政策试算", "Policy study")


def _heads(*names: str) -> tuple[Text, ...]:
    return tuple(term(f"study_field.{name}") for name in names)


def _scope(session: Session, company: str | None, *, is_protected: bool) -> Scope:
    if company is None:
        return Scope.base()
    if is_protected:
        raise InputError("report.official_is_whole")
    return Scope.company(company_named(session, Scope.base(), company).id)


def _lab(session: Session, period: str | None, company: str | None, *, is_protected: bool) -> Lab:
    scope = _scope(session, company, is_protected=is_protected)
    if period is not None:
        month = PayPeriod.parse_month(period)
    else:
        months = service.months(session, scope, is_protected=is_protected)
        if not months:
            raise InputError("study.none_decided")
        month = months[0]
    return service.open_lab(session, scope, month, is_protected=is_protected)


def levers(state: State, period: str | None, company: str | None, *, is_protected: bool) -> None:
    """Print what may be tried."""
    with state.app():
        lab = _lab(db.session(), period, company, is_protected=is_protected)
        heads = _heads("code", "what", "present", "source")
        print_table(
            state.locale,
            heads,
            [
                (
                    one.code,
                    one.label.in_locale(state.locale),
                    one.shown(one.present),
                    one.source.in_locale(state.locale),
                )
                for one in lab.levers
            ],
        )


def attempt(
    state: State,
    asked: tuple[str, str],
    period: str | None,
    company: str | None,
    *,
    is_protected: bool,
    out: Path | None,
    name: str | None,
    by: str | None,
    locale: Locale,
) -> None:
    """Try a value: print the sentence and the sums, and write or keep what is asked."""
    what, value = asked
    with state.app():
        session = db.session()
        actor, scope = acting(session, by, Permission.STUDY_MAKE)
        lab = _lab(session, period, company, is_protected=is_protected)
        if scope.company_id not in {None, lab.scope.company_id}:
            raise InputError("report.no_company", code=company or "")
        lever = lab.lever(what)
        found = lab.attempt(lever, lever.parse(value))
        face = face_of(_TITLE, found.period, found.lever, found.tried, found.result, found.law_hash)
        for one in face.sentences:
            state.say(one)
        for table in face.tables[:2]:
            heads = (table.head, *map(_head, table.columns))
            rows = [
                (row.label.in_locale(state.locale), *(figure.text for figure in row.figures))
                for row in table.rows
            ]
            print_table(state.locale, heads, rows)
        if out is not None:
            write_bytes(out, write(face, out.suffix.removeprefix(".").lower(), locale))
            state.say(Text(f"已写入 {out}", f"Written: {out}"))
        if name is not None:
            with unit_of_work() as working:
                kept = service.save_study(working, lab, found, actor, name).id
            state.say(Text(f"已保存：第 {kept} 号", f"Kept as number {kept}"))


def _head(column: Column) -> Text:
    label, unit = column.label, column.unit
    return Text(f"{label.zh}（{unit.zh}）", f"{label.en} ({unit.en})")


def listing(state: State, company: str | None, *, is_protected: bool) -> None:
    """Print what was kept."""
    with state.app():
        session = db.session()
        scope = _scope(session, company, is_protected=is_protected)
        found = service.saved_studies(session, scope, is_protected=is_protected)
        heads = _heads("number", "name", "month", "what", "tried", "kept")
        print_table(
            state.locale,
            heads,
            [
                (
                    str(one.study_id),
                    one.name,
                    str(one.period),
                    one.lever.label.in_locale(state.locale),
                    one.lever.shown(one.tried),
                    f"{one.made_by_name} {moment(one.made_at)}",
                )
                for one in found
            ],
        )
