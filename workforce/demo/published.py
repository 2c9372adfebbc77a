"""The closed months of the demo as officials have published them."""

from __future__ import annotations

import datetime as dt
from typing import Final

from workforce.accounts.queries import account_named
from workforce.accounts.service import actor_of
from workforce.bureau.issues import issues, kept, publishing
from workforce.bureau.issues.kept import Months
from workforce.core.period import PayPeriod
from workforce.platform import clock
from workforce.platform.db import db
from workforce.policy_lab import ladders

OFFICIAL: Final = "official"
_DAYS_AFTER: Final = 14
_AT: Final = dt.time(10)
_NOTE: Final = "演示数据"


def publish_closed(told_at: dt.datetime) -> None:
    """Publish each closed month that is not published yet, in order, in the middle of the month after it.

    Of the newest one officials can try something.
    """
    session = db.session()
    months = Months(session)
    for period in reversed(publishing.waiting(months, issues.published_months(session))):
        with clock.fixed(min(_published_at(period), told_at)):
            kept.refresh(session, months, period)
            publishing.publish(period, actor_of(account_named(session, OFFICIAL)), note=_NOTE)
    with clock.fixed(told_at):
        for period in issues.published_months(session)[:1]:
            ladders.make(session, period)


def _published_at(period: PayPeriod) -> dt.datetime:
    on = period.end_on + dt.timedelta(days=_DAYS_AFTER)
    return dt.datetime.combine(on, _AT, tzinfo=clock.BASE_ZONE)
