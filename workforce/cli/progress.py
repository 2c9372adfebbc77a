"""Progress of long work: a live bar on a terminal, plain lines elsewhere.

    with progress(Text("计算工资", "Computing pay"), total=356) as advance:
        for person in people:
            ...
            advance()

Elsewhere (a log, a pipe) a line is printed at the start, about every tenth of the work, and at the
end. ``total`` may be None where it is not known: then only start and end are told.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

import click
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TextColumn,
    TimeRemainingColumn,
)

from workforce.cli.support import terminal_locale
from workforce.core.text import Text

Advance = Callable[..., None]
"""``advance(done=1)``: so many more are done."""

_LINES: Final = 10
_MINUTES_FROM_S: Final = 120
"""From here on time left is told in minutes."""


@contextmanager
def progress(title: Text, total: int | None = None) -> Iterator[Advance]:
    """Show how far the block's work has come."""
    console = Console(stderr=True)
    words = title.in_locale(terminal_locale())
    shown = _bar(console, words, total) if console.is_terminal else _lines(words, total)
    with shown as advance:
        yield advance


@contextmanager
def _bar(console: Console, words: str, total: int | None) -> Iterator[Advance]:
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[rate]}"),
        TimeRemainingColumn(),
    )
    started = time.monotonic()
    with Progress(*columns, console=console, transient=True) as live:
        task = live.add_task(words, total=total, rate="")
        count = 0

        def advance(done: int = 1) -> None:
            nonlocal count
            count += done
            live.update(task, advance=done, rate=_rate(count, time.monotonic() - started))

        yield advance
    click.echo(_end(words, count, time.monotonic() - started), err=True)


@contextmanager
def _lines(words: str, total: int | None) -> Iterator[Advance]:
    locale = terminal_locale()
    started = time.monotonic()
    step = max(1, (total or 0) // _LINES)
    count, told = 0, 0
    click.echo(f"{words} …" if total is None else f"{words}: 0/{total}", err=True)

    def advance(done: int = 1) -> None:
        nonlocal count, told
        count += done
        if total is not None and count < total and count - told >= step:
            told = count
            elapsed = time.monotonic() - started
            left = _left(elapsed / count * (total - count)).in_locale(locale)
            click.echo(f"{words}: {count}/{total}, {_rate(count, elapsed)}, {left}", err=True)

    yield advance
    click.echo(_end(words, count, time.monotonic() - started), err=True)


def _left(seconds: float) -> Text:
    """Say how long it will still take: nobody reads 600 s as ten minutes."""
    if seconds < _MINUTES_FROM_S:
        return Text(f"约剩 {seconds:.0f} s", f"about {seconds:.0f} s left")
    minutes = round(seconds / 60)
    return Text(f"约剩 {minutes} 分钟", f"about {minutes} min left")


def _rate(count: int, elapsed_s: float) -> str:
    return f"{count / elapsed_s:,.0f}/s" if elapsed_s > 0 else ""


def _end(words: str, count: int, elapsed_s: float) -> str:
    amount = f"{count}, {_rate(count, elapsed_s)}, " if count else ""
    return f"{words}: ✓ {amount}{elapsed_s:.1f} s"
