"""What the demo's ledger of wages owed tells: one person's pay is held back, one payment came back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlalchemy import select

from workforce.payments import holding, outcomes, queries
from workforce.payments.queries import PAYABLE
from workforce.platform import clock
from workforce.platform.db import db

if TYPE_CHECKING:
    from workforce.platform.audit import Actor
    from workforce.platform.scope import Scope

_HELD: Final = "银行卡被冻结，本人正在办理解冻"
_SENT_BACK: Final = "户名与账号不符"


def hold_one(scope: Scope, run_id: int, actor: Actor) -> None:
    """Hold back the pay of the last person of an approved run, by employee number."""
    rows = queries.arrears(scope, clock.today(), run_id=run_id).subquery()
    chosen = (
        select(rows.c.employment_id)
        .where(rows.c.why.in_(PAYABLE))
        .order_by(rows.c.employee_no.desc())
        .limit(1)
    )
    holding.hold_pay(scope, db.session().scalars(chosen).one(), _HELD, actor)


def send_one_back(scope: Scope, batch_id: int, actor: Actor) -> None:
    """Let the bank send back the last payment of a confirmed batch, by employee number."""
    rows = db.session().execute(queries.payments_of(scope, batch_id)).all()
    outcomes.fail_payment(scope, rows[-1].payment_id, _SENT_BACK, actor)
