"""Piece prices: what is paid for each task type, since when, what comes next, and what was before."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from flask import render_template, request, url_for
from flask_wtf import FlaskForm
from wtforms import StringField
from wtforms.validators import DataRequired, Length

from workforce.core.errors import NotFoundError
from workforce.core.money import format_micro
from workforce.core.permissions import Permission
from workforce.core.text import Text
from workforce.payroll.effect import price_change
from workforce.platform import clock
from workforce.platform.db import db
from workforce.platform.forms import DayField, Needed, PriceField
from workforce.platform.i18n import current_locale, gettext
from workforce.platform.i18n import lazy_gettext as _
from workforce.platform.web import actor
from workforce.production import queries as production
from workforce.production import service
from workforce.settings.routes import (
    ROUTES,
    Proposal,
    answer,
    company_of,
    first_open_month,
    first_payable_month,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flask.typing import ResponseReturnValue
    from sqlalchemy.orm import Session

    from workforce.platform.scope import Scope

_REASON_CHARACTERS: Final = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Price:
    """A price in millionths of a yuan for work done on ``valid_from`` or later, before ``valid_to``."""

    unit_price: int
    valid_from: dt.date
    valid_to: dt.date | None

    def holds_on(self, day: dt.date) -> bool:
        """Tell whether work done on this day is paid by it."""
        return self.valid_from <= day and (self.valid_to is None or day < self.valid_to)


@dataclass(frozen=True, slots=True, kw_only=True)
class PricedType:
    """A task type with all its prices at a company, the oldest first."""

    task_type_id: int
    code: str
    name: Text
    unit: Text
    prices: Sequence[Price]

    def on(self, day: dt.date) -> Price | None:
        """Return the price of a day's work, or None: such work cannot be paid."""
        return next((price for price in self.prices if price.holds_on(day)), None)

    def after(self, day: dt.date) -> Price | None:
        """Return the next price that begins after a day."""
        return next((price for price in self.prices if price.valid_from > day), None)


class PriceForm(FlaskForm):  # type: ignore[misc]
    """A new price from a day on."""

    unit_price = PriceField(_("单价（元）"), validators=[Needed(_("请输入单价"))])
    valid_from = DayField(_("从哪天做的活起"), validators=[Needed(_("请选择日期"))])
    reason = StringField(
        _("为什么改"),
        validators=[DataRequired(_("请写明原因")), Length(max=_REASON_CHARACTERS)],
    )


def priced_types(session: Session, scope: Scope) -> list[PricedType]:
    """Return all task types of the base with the company's prices: two statements."""
    prices: defaultdict[int, list[Price]] = defaultdict(list)
    for row in session.scalars(production.prices(scope)):
        prices[row.task_type_id].append(
            Price(unit_price=row.unit_price, valid_from=row.valid_from, valid_to=row.valid_to)
        )
    return [
        PricedType(
            task_type_id=row.id,
            code=row.code,
            name=Text(row.name_zh, row.name_en),
            unit=Text(row.unit_zh, row.unit_en),
            prices=prices[row.id],
        )
        for row in session.scalars(production.task_types())
    ]


@ROUTES.page("/settings/prices", permission=Permission.SETTINGS_CHANGE)
def prices(scope: Scope) -> ResponseReturnValue:
    """List the prices of a day (``?on=``, else today), and what comes next."""
    company_of(scope)
    day = _day()
    found = priced_types(db.session(), scope)
    return render_template(
        "settings/prices.html",
        day=day,
        priced=[kind for kind in found if kind.prices],
        others=[kind for kind in found if not kind.prices],
    )


@ROUTES.form("/settings/prices/<int:task_type_id>", permission=Permission.SETTINGS_CHANGE)
def price(scope: Scope, task_type_id: int) -> ResponseReturnValue:
    """Show one task type's prices, and let a new one begin."""
    company_id = company_of(scope)
    found = priced_types(db.session(), scope)
    kind = next((one for one in found if one.task_type_id == task_type_id), None)
    if kind is None:
        raise NotFoundError("web.not_found")
    begin = (first_open_month if kind.prices else first_payable_month)(db.session(), company_id)
    form = PriceForm(data={"valid_from": begin.first_on})
    return answer(
        scope,
        form,
        lambda: _proposal(company_id, kind, form),
        lambda: render_template("settings/price.html", kind=kind, form=form, day=clock.today()),
        url_for("settings.price", task_type_id=task_type_id),
    )


def _proposal(company_id: int, kind: PricedType, form: PriceForm) -> Proposal:
    valid_from: dt.date = form.valid_from.data
    unit_price: int = form.unit_price.data
    old = kind.on(valid_from)
    who, reason = actor(), (form.reason.data or "").strip()
    name = kind.name.in_locale(current_locale())
    unit = kind.unit.in_locale(current_locale())
    return Proposal(
        title=gettext("%(name)s：%(day)s 起的单价", name=name, day=valid_from.isoformat()),
        rows=[
            (
                gettext("单价（元/%(unit)s）", unit=unit),
                format_micro(old.unit_price) if old else gettext("没有"),
                format_micro(unit_price),
            )
        ],
        change=price_change(kind.task_type_id, unit_price),
        save=lambda session: service.set_price(
            session,
            who,
            company_id=company_id,
            task_type_id=kind.task_type_id,
            unit_price=unit_price,
            valid_from=valid_from,
            reason=reason,
        ),
        done=gettext(
            "已保存：%(name)s 从 %(day)s 起按新单价计", name=name, day=valid_from.isoformat()
        ),
    )


def _day() -> dt.date:
    """Return the day asked for, else today."""
    try:
        return dt.date.fromisoformat(request.args.get("on", ""))
    except ValueError:
        return clock.today()
