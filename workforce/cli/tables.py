"""Tables on a terminal; where one is too narrow for a table, each row becomes a paragraph."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import click
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from workforce.core.terms import term

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from workforce.core.text import Locale, Text

_ANY_WIDTH: Final = 10_000


def pay_fields(*names: str) -> tuple[Text, ...]:
    """Return heads of a table of pay: names of ``pay_field`` in ``core/terms.toml``."""
    return tuple(term(f"pay_field.{name}") for name in names)


def print_table(locale: Locale, heads: Sequence[Text], rows: Iterable[Sequence[str]]) -> None:
    """Print rows under their heads, figures to the right; nothing where there are none.

    Nothing is cut or broken within a cell: on a narrower terminal a table is printed row by row,
    each figure with its head. Elsewhere (a pipe, a file) a row is always one line.
    """
    words = [head.in_locale(locale) for head in heads]
    cells = list(rows)
    if not cells:
        return
    table = _table(words, cells)
    width = Console(width=_ANY_WIDTH).measure(table).maximum
    console = Console(highlight=False)
    if not console.is_terminal:
        console.width = width
    if width <= console.width:
        console.print(table)
        return
    for row in cells:
        name, *others = zip(words, row, strict=True)
        click.echo(name[1])
        click.echo("  " + " · ".join(f"{head} {cell}" for head, cell in others if cell))


def _table(words: Sequence[str], cells: Sequence[Sequence[str]]) -> Table:
    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    for number, word in enumerate(words):
        is_figure = all(_is_figure(row[number]) for row in cells)
        table.add_column(word, no_wrap=True, justify="right" if is_figure else "left")
    for row in cells:
        table.add_row(*map(escape, row))
    return table


def _is_figure(cell: str) -> bool:
    return not cell.strip("-0123456789.")
