"""Companies of the chain and their deals for tests."""

from __future__ import annotations

import datetime as dt
from itertools import count
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories.rows import add
from workforce.chain.models import ChainCompany, ChainDeal, ChainStage, ChainVisit
from workforce.companies.models import Company

AT: Final = dt.datetime(2026, 10, 3, 2, tzinfo=dt.UTC)
_numbers = count(1)


def create_chain_company(session: Session, **changes: Any) -> ChainCompany:
    """Make an outside company of the chain that labels, at work since January 2026; ``stage`` changes that."""
    stage = changes.pop("stage", "moved_in")
    since = changes.pop("since", dt.date(2026, 1, 5))
    values = {
        "name": f"Company {next(_numbers)} of the chain",
        "credit_code": None,
        "is_inside": False,
        "link": "label",
    }
    one = add(session, ChainCompany(**values | changes))
    add(
        session,
        ChainStage(chain_company_id=one.id, stage=stage, since=since, note="", recorded_at=AT),
    )
    return one


def chain_company_of(session: Session, company: Company, **changes: Any) -> ChainCompany:
    """Return a company of this service as one of the chain, recorded if it is not yet."""
    known = session.scalar(select(ChainCompany).where(ChainCompany.company_id == company.id))
    if known is not None:
        return known
    values = {"name": company.name, "is_inside": company.is_inside, "company_id": company.id}
    return create_chain_company(session, **values | changes)


def create_visit(session: Session, one: ChainCompany, **changes: Any) -> ChainVisit:
    """Make a visit of September 2026, without a day to ask again."""
    values = {
        "chain_company_id": one.id,
        "visited_on": dt.date(2026, 9, 10),
        "visitors": "投促专员",
        "notes": "看了场地",
        "next_on": None,
        "recorded_at": AT,
    }
    return add(session, ChainVisit(**values | changes))


def create_deal(session: Session, seller: ChainCompany, **changes: Any) -> ChainDeal:
    """Make a deal of September 2026 with a buyer of its own that is not in the system: labels for 1 000.00."""
    buyer_id = changes.pop("buyer_id", None)
    values = {
        "seller_id": seller.id,
        "buyer_id": buyer_id or create_chain_company(session).id,
        "period": "2026-09",
        "link": "label",
        "number": 1,
        "amount": 100_000,
        "reported_at": AT,
    }
    return add(session, ChainDeal(**values | changes))
