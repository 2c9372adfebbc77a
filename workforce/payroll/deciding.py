"""What stands on a page on which somebody answers for a run: totals, names, the largest changes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from workforce.core.capitals import capitals
from workforce.core.permissions import Permission
from workforce.payroll.acts import may_act
from workforce.payroll.review import grid as review
from workforce.payroll.routes import run_in
from workforce.platform import clock
from workforce.platform.web import may, note_read, principal

if TYPE_CHECKING:
    from workforce.core.lifecycle import RunAction
    from workforce.payroll.views import RunView
    from workforce.platform.scope import Scope

_MOST_CHANGES: Final = 10


def decision(scope: Scope, view: RunView, action: RunAction) -> dict[str, Any]:
    """Return what ``payroll/_decision.html`` shows: view, run, is_allowed, in_capitals, rises, falls, days_left.

    ``is_allowed``: whether this visitor may do the action on this run.
    """
    session, run = run_in(scope, view.run.run_id)
    is_allowed = may_act(
        action,
        principal().account_id,
        prepared_by_id=view.prepared_by_id,
        reviewed_by_id=view.reviewed_by_id,
    )
    changes = []
    if may(Permission.PAYSLIP_READ):
        note_read("payroll_run.read", "payroll_run", run.id, company_id=run.company_id)
        columns = review.chosen_columns(review.FIXED, ("gross", "gross_before", "change"))
        for is_descending in (True, False):
            wanted = review.Wanted(order="change", is_descending=is_descending)
            changes.append(review.grid(session, run, columns, wanted, slice(0, _MOST_CHANGES)).rows)
    return {
        "view": view,
        "run": view.run,
        "is_allowed": is_allowed,
        "in_capitals": capitals(view.run.net_pay),
        "rises": [row for row in changes[0] if (row.values["change"] or 0) > 0] if changes else [],
        "falls": [row for row in changes[1] if (row.values["change"] or 0) < 0] if changes else [],
        "days_left": (view.run.pay_on - clock.today()).days,
    }
