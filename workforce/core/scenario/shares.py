"""Reads the shares of a row of output that a group made together."""

from typing import Final

import numpy as np

from workforce.core.errors import DomainError
from workforce.core.group_shares import (
    LARGEST_GROUP,
    LARGEST_POT_FEN,
    LARGEST_WEIGHT,
    parse_points,
    pot_value,
)
from workforce.core.money import (
    MICRO,
    MICRO_IN_FEN,
    format_fen,
    largest_remainder_groups,
    parse_micro,
)
from workforce.core.scenario.form import Form, minutes_of
from workforce.core.scenario.model import Share

KEYS: Final = ("shares", "own_share", "share_by")

_MILLI: Final = 1_000
_MINUTES_IN_HOUR: Final = 60


def read_share(row: Form, qty: int, price_micro: int) -> Share | None:
    """Return the own share of what the group's output is worth; None for own output.

    Raises:
        InputError: no weight is above 0, one is negative, or the own place is not among them.

    """
    if not any(row.has(key) for key in KEYS):
        return None
    is_by_hours = (
        row.one_of("share_by", row.text("share_by", "points"), ("points", "hours")) == "hours"
    )
    texts = row.texts("shares")
    if not texts:
        row.fail("shares", "scenario.missing", key="shares")
    if len(texts) > LARGEST_GROUP:
        row.fail("shares", "scenario.too_large", limit=LARGEST_GROUP)
    weights = [_weight(row, index, text, is_by_hours) for index, text in enumerate(texts)]
    if not any(weights):
        row.fail("shares", "scenario.shares_without_weight")
    place = row.whole("own_share")
    if not 1 <= place <= len(weights):
        row.fail("own_share", "scenario.own_share_outside", text=place, count=len(weights))
    if qty * price_micro > LARGEST_POT_FEN * MICRO_IN_FEN:
        row.fail("accepted_qty", "scenario.too_large", limit=format_fen(LARGEST_POT_FEN))
    pot = pot_value(np.array([qty]), np.array([price_micro]))
    parts = largest_remainder_groups(pot, np.zeros(len(weights), dtype=np.int64), np.array(weights))
    return Share(
        pot_fen=int(pot[0]),
        share_fen=int(parts[place - 1]),
        weight=weights[place - 1],
        pot_weight=sum(weights),
        is_by_hours=is_by_hours,
    )


def _weight(row: Form, index: int, text: str, is_by_hours: bool) -> int:  # noqa: FBT001 - private
    """Read points as thousandths, or hours (``7.5``, ``7:20``) as minutes."""
    key = f"shares[{index}]"
    written = minutes_of(text) if is_by_hours else None
    if written is not None:
        weight, rest = written, 0
    else:
        try:
            weight = parse_micro(text) * _MINUTES_IN_HOUR if is_by_hours else parse_points(text)
        except DomainError as error:
            raise error.at(row.path(key)) from None
        weight, rest = divmod(weight, MICRO) if is_by_hours else (weight, 0)
    if weight < 0:
        row.fail(key, "scenario.negative", text=text)
    if rest:
        row.fail(key, "scenario.not_minutes", text=text)
    if weight > LARGEST_WEIGHT:
        limit = LARGEST_WEIGHT // _MINUTES_IN_HOUR if is_by_hours else LARGEST_WEIGHT // _MILLI
        row.fail(key, "scenario.too_large", limit=limit)
    return weight
