"""Dated rules in words: what a version says line by line, and what another one would change of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from workforce.core.money import format_fen
from workforce.core.terms import term
from workforce.platform.formatting import percent
from workforce.platform.i18n import current_locale, gettext

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


def in_words(labels: Mapping[str, object], columns: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Say columns as (label, value), in the order of the labels and the language of the request."""
    return [(str(label), _value_in_words(name, columns[name])) for name, label in labels.items()]


def changes_in_words(
    labels: Mapping[str, object], before: Mapping[str, Any] | None, after: Mapping[str, Any]
) -> list[tuple[str, str, str]]:
    """Say what changes as (label, before, after); ``before`` None: there was no version."""
    old = dict(in_words(labels, before)) if before is not None else {}
    return [
        (label, old.get(label, gettext("没有")), value)
        for label, value in in_words(labels, after)
        if old.get(label) != value
    ]


def _value_in_words(name: str, value: Any) -> str:
    if value is None:
        return str(gettext("没有"))
    if isinstance(value, bool):
        return str(gettext("是") if value else gettext("否"))
    if isinstance(value, list):
        return _tiers_in_words(value)
    if isinstance(value, str):
        return term(f"{name}.{value}").in_locale(current_locale())
    if name.endswith("_amount"):
        return format_fen(value)
    if name.endswith("_rate"):
        return percent(value)
    return str(value)


def _tiers_in_words(tiers: Sequence[Mapping[str, int]]) -> str:
    if not tiers:
        return str(gettext("不按质量调整"))
    semicolon = str(gettext("；"))
    return semicolon.join(
        gettext(
            "准确率 %(accuracy)s 起按 %(factor)s",
            accuracy=percent(tier["accuracy_from_rate"]),
            factor=percent(tier["factor_rate"]),
        )
        for tier in tiers
    )
