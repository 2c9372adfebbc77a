"""Whether a company's own wages may stand in published tables: its administrator decides."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import flash, redirect, render_template, request, url_for
from flask_wtf import FlaskForm
from wtforms import BooleanField

from workforce.companies import service as companies
from workforce.core.permissions import Permission
from workforce.platform.db import db, unit_of_work
from workforce.platform.i18n import gettext
from workforce.platform.i18n import lazy_gettext as _
from workforce.platform.web import actor
from workforce.settings.routes import ROUTES, company_of

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from workforce.platform.scope import Scope


class PublicationForm(FlaskForm):  # type: ignore[misc]
    """One tick: agreed, or not."""

    agrees = BooleanField(_("同意在发布的统计表中列出本单位的工资数字"))


@ROUTES.form("/settings/publication", permission=Permission.STATISTICS_CONSENT)
def wage_publication(scope: Scope) -> ResponseReturnValue:
    """Say what agreeing means, and take the answer."""
    company = companies.company_in(db.session(), scope, company_of(scope))
    form = PublicationForm(data={"agrees": company.publishes_wages})
    if request.method == "POST" and form.validate():
        with unit_of_work() as session:
            companies.set_wage_publication(
                session,
                actor(),
                companies.company_in(session, scope, company.id),
                agrees=bool(form.agrees.data),
            )
        flash(gettext("已保存；从下一个发布的月份起生效"), "success")
        return redirect(url_for("settings.wage_publication"))
    return render_template("settings/publication.html", form=form, agrees=company.publishes_wages)
