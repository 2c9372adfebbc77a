"""Deals between companies of the chain: told by the seller, answered by the buyer, held against what buyers say.

What was told stands. A deal that the buyer refused or the seller withdrew counts nowhere, and may be told anew.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sqlalchemy import func, select

from workforce.chain import queries
from workforce.chain.consolidation import LINKS, UNKNOWN_LINK
from workforce.chain.models import ChainDeal, ChainDealAnswer
from workforce.chain.protection import is_secret, together
from workforce.companies import queries as companies
from workforce.core.errors import InputError, NotFoundError, StateError
from workforce.core.period import PayPeriod
from workforce.core.terms import terms_of
from workforce.platform import audit, clock
from workforce.platform.scope import Scope, ScopeKind
from workforce.returns import queries as returns
from workforce.statistics.disclosure.rules import RULES

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from workforce.chain.queries import ChainCompanyRow, DealRow
    from workforce.platform.audit import Actor

MOST_AMOUNT: Final = 10**13
"""Fen, as for a figure of a return."""
MOST_REASON: Final = 200
_HUNDRED: Final = 100


def report_deal(
    session: Session,
    scope: Scope,
    actor: Actor,
    *,
    seller_id: int,
    buyer_id: int,
    month: PayPeriod,
    link: str,
    amount: int,
) -> ChainDeal:
    """Tell what a company sold to another in a month; a company of its own sales, the base of those not here.

    Raises:
        NotFoundError: the seller is not the own company, or one of the two is not known to who tells.
        InputError: seller and buyer are one, the month is to come, or amount or link makes no sense.
        StateError: the seller files itself, or such a deal stands already.
    """
    seller = queries.chain_company(session, scope, seller_id)
    buyer = _buyer(session, scope, buyer_id)
    if scope.kind is ScopeKind.BASE and seller.company_id is not None:
        raise StateError("chain.seller_tells")
    if seller.id == buyer.chain_company_id:
        raise InputError("chain.own_deal", place="buyer_id")
    if month > PayPeriod.of(clock.today()):
        raise InputError("chain.month_to_come", place="month", month=str(month))
    if link not in terms_of("chain_link"):
        raise InputError("chain.link", place="link", text=link)
    if not 0 < amount <= MOST_AMOUNT:
        raise InputError("chain.amount", place="amount")
    # One at a time: rows of the same two are numbered.
    session.refresh(seller, with_for_update=True)
    same = (
        ChainDeal.seller_id == seller.id,
        ChainDeal.buyer_id == buyer.chain_company_id,
        ChainDeal.period == str(month),
        ChainDeal.link == link,
    )
    last = session.scalar(select(ChainDeal).where(*same).order_by(ChainDeal.number.desc()).limit(1))
    if last is not None and queries.deal(session, Scope.base(), last.id).counts:
        raise StateError("chain.deal_stands")
    deal = ChainDeal(
        seller_id=seller.id,
        buyer_id=buyer.chain_company_id,
        period=str(month),
        link=link,
        number=1 if last is None else last.number + 1,
        amount=amount,
        reported_by_id=actor.account_id,
        reported_at=clock.now(),
    )
    session.add(deal)
    session.flush()
    audit.record(
        session,
        actor,
        "chain_deal.report",
        "chain_deal",
        deal.id,
        company_id=seller.company_id,
        after={"period": str(month), "link": link, "amount": amount},
    )
    return deal


def _buyer(session: Session, scope: Scope, buyer_id: int) -> ChainCompanyRow:
    found = queries.chain_companies(session, Scope.base(), only=buyer_id)
    if not found or not (scope.kind is ScopeKind.BASE or found[0].is_known):
        raise NotFoundError("web.not_found")
    return found[0]


def answer_deal(
    session: Session, scope: Scope, actor: Actor, deal_id: int, answer: str, reason: str = ""
) -> None:
    """Confirm or refuse a deal as its buyer, or withdraw it as its seller; the base for those not here.

    Raises:
        NotFoundError: it does not exist, or is no deal of the own company.
        InputError: it is refused without a reason.
        StateError: the answer is another's to give, or the deal has its answer.
    """
    queries.deal(session, scope, deal_id)
    # One at a time: answers of a deal are numbered, and seller and buyer may speak at once.
    session.execute(select(ChainDeal.id).where(ChainDeal.id == deal_id).with_for_update())
    row = queries.deal(session, scope, deal_id)
    if answer not in {"confirmed", "refused", "withdrawn"}:
        raise NotFoundError("web.not_found")
    party = row.seller_company_id if answer == "withdrawn" else row.buyer_company_id
    if (scope.kind is ScopeKind.BASE and party is not None) or (
        scope.kind is not ScopeKind.BASE and party != scope.company_id
    ):
        raise StateError("chain.not_yours")
    if not row.counts or (row.answer is not None and row.answer == answer):
        raise StateError("chain.answered")
    if answer == "withdrawn" and row.answer == "confirmed":
        raise StateError("chain.confirmed")
    reason = reason.strip()
    if len(reason) > MOST_REASON or (answer == "refused" and not reason):
        raise InputError("chain.text", place="reason", most=MOST_REASON)
    last = session.scalar(
        select(func.max(ChainDealAnswer.number)).where(ChainDealAnswer.deal_id == deal_id)
    )
    session.add(
        ChainDealAnswer(
            deal_id=deal_id,
            number=(last or 0) + 1,
            answer=answer,
            reason=reason,
            answered_by_id=actor.account_id,
            answered_at=clock.now(),
        )
    )
    session.flush()
    audit.record(
        session,
        actor,
        f"chain_deal.{answer}",
        "chain_deal",
        deal_id,
        company_id=party,
        after={"answer": answer},
        reason=reason or None,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Mismatch:
    """A buyer whose purchases of a month differ from what sellers told; fen; None: the buyer did not say.

    ``told``: by its sellers in deals that stand.
    """

    company_id: int
    buyer: str
    bought: int | None
    told: int

    @property
    def difference(self) -> int | None:
        """What the buyer said more than its sellers."""
        return None if self.bought is None else self.bought - self.told


def mismatches(session: Session, scope: Scope, month: PayPeriod) -> list[Mismatch]:
    """Return the buyers in reach whose accepted purchases and deals of a month are not the same, by name."""
    names = {
        row.company_id: row.company_name for row in session.execute(companies.company_facts(scope))
    }
    bought = {
        one.company_id: one.figures.get("chain_purchases")
        for one in returns.accepted(session, [month], ["chain_purchases"])
    }
    told: Counter[int] = Counter()
    for row in queries.deals(session, scope, [month]):
        if row.counts and row.buyer_company_id is not None:
            told[row.buyer_company_id] += row.amount
    found = [
        Mismatch(company_id=key, buyer=name, bought=bought.get(key), told=told[key])
        for key, name in names.items()
        if (bought.get(key) or 0) != told[key]
    ]
    return sorted(found, key=lambda one: (one.buyer, one.company_id))


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow:
    """What went from one link to another in some months; ``amount`` None: not told. Fen."""

    source: str
    target: str
    amount: int | None
    deals: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Flows:
    """The picture of the chain: flows from link to link, and their sum, None: not told."""

    flows: tuple[Flow, ...]
    total: int | None


def flows_of(
    rows: Sequence[DealRow], links: Mapping[int, str], *, is_protected: bool = False
) -> Flows:
    """Put deals together by the link of what was sold and the link of who bought it.

    ``links``: chain company → link. A sum is a secret of its sellers and of its buyers: it is withheld
    where few make it on either side, and with it as many others as it takes.
    """
    groups: dict[tuple[str, str], list[DealRow]] = {}
    for row in rows:
        if row.counts:
            groups.setdefault((row.link, links[row.buyer_id]), []).append(row)
    order = [*LINKS, UNKNOWN_LINK]
    keys = sorted(groups, key=lambda key: (order.index(key[0]), order.index(key[1])))
    sizes = {key: sum(row.amount for row in groups[key]) for key in keys}
    hidden = {key for key in keys if is_protected and _is_few(groups[key])}
    is_whole_hidden = is_protected and _is_few([row for key in keys for row in groups[key]])
    if is_whole_hidden:
        hidden = set(keys)
    while (
        hidden
        and len(hidden) < len(keys)
        and _is_few([row for key in hidden for row in groups[key]])
    ):
        hidden.add(
            min((key for key in keys if key not in hidden), key=lambda key: (sizes[key], key))
        )
    return Flows(
        flows=tuple(
            Flow(
                source=key[0],
                target=key[1],
                amount=None if key in hidden else sizes[key],
                deals=len(groups[key]),
            )
            for key in keys
        ),
        total=None if is_whole_hidden else sum(sizes.values()),
    )


def _is_few(rows: Sequence[DealRow]) -> bool:
    """Tell whether one or two sellers, or buyers, make most of some deals, or somebody knows too much of them."""
    return (
        is_secret(together({row.seller_id: row.amount} for row in rows))
        or is_secret(together({row.buyer_id: row.amount} for row in rows))
        or _is_seen_through(rows)
    )


def _is_seen_through(rows: Sequence[DealRow]) -> bool:
    """Tell whether a party that knows its own deals finds out what another one dealt with the others.

    As for all amounts: where what neither of the two had a part in is less than a fifth of it.
    """
    own: Counter[int] = Counter()
    between: Counter[tuple[int, int]] = Counter()
    for row in rows:
        own.update({row.seller_id: row.amount, row.buyer_id: row.amount})
        between[row.seller_id, row.buyer_id] += row.amount
        between[row.buyer_id, row.seller_id] += row.amount
    whole = sum(row.amount for row in rows)
    return any(
        (whole - own[one] - own[other] + between[one, other]) * _HUNDRED
        < (own[other] - between[one, other]) * RULES.interval_percent
        for one in own
        for other in own
        if one != other
    )
