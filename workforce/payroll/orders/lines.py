"""People and amounts of an order as people write or paste them: one line a person and item.

A line is an employee number, an item and an amount, with tabs (pasted from a spreadsheet), commas or
spaces between them. Where an order has one item, or one amount for all, a line may leave it out.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sqlalchemy import or_, select

from workforce.core.errors import DomainError, InputError
from workforce.core.facts import AmountKind
from workforce.core.money import parse_fen
from workforce.core.orders import CODED, KINDS, Purpose
from workforce.core.terms import terms_of
from workforce.payroll.entries import ITEMS, item_label
from workforce.payroll.orders.orders import OrderAmount
from workforce.people import queries as people
from workforce.platform.scope import Scope

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sqlalchemy.orm import Session

    from workforce.core.period import PayPeriod
    from workforce.core.text import Text

MOST_LINES: Final = 20_000
_FIRST: Final = re.compile(r"^([^\s,;、]+)")
_BETWEEN: Final = re.compile(r"[\s,;、:¥]+")


@dataclass(frozen=True, slots=True)
class Item:
    """What an order may pay: a kind of amount, and the code where the kind has several."""

    kind: AmountKind
    code: str

    @property
    def key(self) -> str:
        """The item in an address or a form: kind, or kind:code."""
        return f"{self.kind.code}:{self.code}"

    @property
    def name(self) -> Text:
        """The item as people write it, without its kind where it has a name of its own."""
        return terms_of("pay_code").get(self.code, self.label)

    @property
    def label(self) -> Text:
        """The item as people call it, with its kind."""
        return item_label(self.kind.code, self.code)


def items_of(purpose: Purpose) -> list[Item]:
    """Return what an order of a purpose may pay, in the order in which it is offered."""
    found: list[Item] = []
    for kind in KINDS[purpose]:
        codes = [code for of_kind, code in ITEMS if of_kind == kind.code]
        if kind not in CODED:
            codes = [kind.code]
        found += [Item(kind, code) for code in codes]
    return found


def item_named(purpose: Purpose, key: str) -> Item:
    """Return an item by its key.

    Raises:
        InputError: an order of the purpose cannot pay it.
    """
    for item in items_of(purpose):
        if item.key == key:
            return item
    raise InputError("order.item_unknown", place="item", item=key)


@dataclass(frozen=True, slots=True, kw_only=True)
class Defaults:
    """What holds for a line that does not say it; ``amount`` in fen."""

    item: Item | None = None
    amount: int | None = None


def read_lines(
    session: Session, company_id: int, purpose: Purpose, text: str, defaults: Defaults
) -> tuple[OrderAmount, ...]:
    """Return the amounts that lines say, in order of employee number.

    Raises:
        InputError: names the first line that cannot be read, and why.
    """
    written = [line.strip() for line in text.splitlines()]
    if len(written) > MOST_LINES:
        raise InputError("order.too_many_lines", place="lines", longest=MOST_LINES)
    directory = people.directory(Scope.company(company_id)).order_by(None).subquery()
    ids = {row.employee_no: row.employment_id for row in session.execute(select(directory))}
    names = _names(purpose)
    found: dict[tuple[str, AmountKind, str], OrderAmount] = {}
    for number, line in enumerate(written, start=1):
        if not line or _is_heading(line):
            continue
        who, item, amount = _parts(line, number, names, defaults)
        if who not in ids:
            raise InputError("order.unknown_person", place="lines", line=number, number=who)
        key = (who, item.kind, item.code)
        if key in found:
            raise InputError("order.line_twice", place="lines", line=number, number=who)
        found[key] = OrderAmount(ids[who], item.kind, item.code, amount)
    return tuple(found[key] for key in sorted(found, key=lambda key: (key[0], key[1], key[2])))


def everybody(
    session: Session, company_id: int, period: PayPeriod, team_id: int | None, each: OrderAmount
) -> tuple[OrderAmount, ...]:
    """Return the same amount for everybody employed at the end of a period, or for those of a team.

    Labour-service people are left out: such payments are taxed with those of their month. ``each``
    says the item and the amount; its employment is not read.
    """
    scope, on = Scope.company(company_id), period.last_on
    rows = people.employments(scope, period).order_by(None).subquery()
    chosen = select(rows.c.employment_id).where(
        rows.c.employment_type != "labor_service",
        rows.c.hired_on <= on,
        or_(rows.c.separated_on.is_(None), rows.c.separated_on >= on),
        people.of_cycle(scope, period, rows.c.employment_id),
    )
    if team_id is not None:
        team = people.latest_teams(scope, period.first_on, on).subquery()
        members = select(team.c.employment_id).where(team.c.team_id == team_id)
        chosen = chosen.where(rows.c.employment_id.in_(members))
    return tuple(
        each._replace(employment_id=one)
        for one in session.scalars(chosen.order_by(rows.c.employee_no))
    )


def merged(
    for_all: tuple[OrderAmount, ...], told: tuple[OrderAmount, ...]
) -> tuple[OrderAmount, ...]:
    """Return what holds for all, except where a line says something else of the same item."""
    found = {(one.employment_id, one.kind, one.code): one for one in (*for_all, *told)}
    return tuple(found.values())


def _parts(
    line: str, number: int, names: Mapping[str, Item], defaults: Defaults
) -> tuple[str, Item, int]:
    """Return employee number, item and amount of one line."""
    plain = unicodedata.normalize("NFKC", line).strip()
    who, _, rest = _FIRST.sub(r"\1\n", plain, count=1).partition("\n")
    item, amount = defaults.item, defaults.amount
    for name, known in names.items():
        place = rest.lower().find(name)
        if place >= 0:
            item, rest = known, rest[:place] + rest[place + len(name) :]
            break
    # What is left is the amount, with whatever stood between, thousands separators included.
    said = _BETWEEN.sub("", rest).removesuffix("元")
    if said:
        try:
            amount = parse_fen(said)
        except DomainError:
            amount = None
    if item is None or amount is None:
        known_items = "、".join(dict.fromkeys(one.name.zh for one in names.values()))
        raise InputError("order.row", place="lines", line=number, text=line[:60], known=known_items)
    return who, item, amount


def _names(purpose: Purpose) -> dict[str, Item]:
    """Return every way to write an item, in small letters, the longest first."""
    found: dict[str, Item] = {}
    for item in items_of(purpose):
        for name in _ways(item):
            found.setdefault(name.lower(), item)
    return {name: found[name] for name in sorted(found, key=lambda name: (-len(name), name))}


def _ways(item: Item) -> Iterator[str]:
    for said in (item.name, item.label):
        for text in (said.zh, said.en):
            yield unicodedata.normalize("NFKC", text)
    yield item.code
    yield item.key


def _is_heading(line: str) -> bool:
    """Tell whether a pasted table's first line names its columns."""
    first = _BETWEEN.split(unicodedata.normalize("NFKC", line))[0].lower()
    return first in {"工号", "employee", "employee_no", "no", "no."}
