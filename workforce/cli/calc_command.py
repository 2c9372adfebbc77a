"""``workforce calc``: compute scenario files, without any database."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import click
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from workforce.cli.support import EXIT_FAILED, State, pass_state, speak
from workforce.cli.tables import pay_fields
from workforce.cli.text_files import load_text
from workforce.core import scenario
from workforce.core.errors import DomainError
from workforce.core.explain import label
from workforce.core.law import LawBook, approved_overlays
from workforce.core.money import format_fen, format_micro
from workforce.core.results import LineKind
from workforce.core.scenario import Difference, MonthPay, Scenario
from workforce.core.terms import term
from workforce.core.text import Locale, Text

_WIDTH: Final = 120
_KINDS: Final = {
    LineKind.EARNING: term("pay_field.earnings"),
    LineKind.REDUCTION: term("pay_field.reductions"),
    LineKind.DEDUCTION: term("pay_field.deductions"),
    LineKind.EMPLOYER: term("pay_field.employer_share"),
}


@click.command("calc", epilog="Example: workforce calc --check october.yaml november.yaml")
@click.argument("files", nargs=-1, required=True, type=click.Path(dir_okay=False, path_type=Path))
@click.option("--json", "is_json", is_flag=True, help="Print the payslips as JSON.")
@click.option(
    "--check", "is_check", is_flag=True, help="Compare with `expect`; exit 1 if it differs."
)
@click.option("--lang", type=click.Choice(["zh", "en"]), help="Language; default: the terminal's.")
@pass_state
def COMMAND(  # noqa: N802 - the name that the registry looks for
    state: State, files: tuple[Path, ...], lang: Locale | None, *, is_json: bool, is_check: bool
) -> None:
    """Compute the pay of scenario FILES (YAML or JSON), month by month, line by line.

    docs/scenario-example.yaml shows how such a file is written.

    Exit code 0: done; 1: a figure differs from what the file expects (--check); 2: a file cannot be
    used, and the message names the file, the field, what is wrong and how to put it right.
    """
    locale = lang or state.locale
    speak(locale)
    book = LawBook.load(approved_overlays(state.instance / "law"))
    computed = [_compute(path, book) for path in files]
    if is_json:
        payslips = [scenario.as_json(each, paid) for _, each, paid in computed]
        shown: Any = payslips[0] if len(payslips) == 1 else payslips
        click.echo(json.dumps(shown, ensure_ascii=False, indent=2))
    elif not is_check:
        console = Console(width=None if Console().is_terminal else _WIDTH)
        for _, each, paid in computed:
            _print(console, each, paid, locale)
    if is_check and _check(computed, locale, is_quiet=is_json):
        raise SystemExit(EXIT_FAILED)


def _compute(path: Path, book: LawBook) -> tuple[Path, Scenario, tuple[MonthPay, ...]]:
    try:
        read = scenario.read(load_text(path))
        return path, read, scenario.run(read, book)
    except DomainError as error:
        raise error.at(str(path)) from None


def _check(
    computed: Sequence[tuple[Path, Scenario, tuple[MonthPay, ...]]],
    locale: Locale,
    *,
    is_quiet: bool,
) -> bool:
    """Print every difference; tell whether there is one."""
    count = figures = 0
    for path, each, paid in computed:
        figures += sum(len(expected) for expected in each.expect.values())
        for difference in scenario.differences(each, paid):
            count += 1
            click.echo(f"{path}: {_difference(difference, locale)}", err=is_quiet)
    summary = Text(
        f"共 {len(computed)} 个文件、{figures} 个数字：{f'{count} 个不一致' if count else '全部一致'}",
        f"{len(computed)} files, {figures} figures: {f'{count} differ' if count else 'all as expected'}",
    )
    click.echo(summary.in_locale(locale), err=is_quiet)
    return count > 0


def _difference(difference: Difference, locale: Locale) -> str:
    expected, got = format_fen(difference.expected_fen), format_fen(difference.got_fen)
    return Text(
        f"{difference.period} {difference.code} 预期 {expected}，得到 {got}",
        f"{difference.period} {difference.code} expected {expected}, got {got}",
    ).in_locale(locale)


def _print(console: Console, each: Scenario, paid: Sequence[MonthPay], locale: Locale) -> None:
    if each.title:
        console.print(f"[bold]{escape(each.title)}[/bold]")
    for month in paid:
        console.print(_payslip(month, locale))
        _print_totals(console, month, locale)
        for note in month.notes:
            console.print(f"• {escape(note.text[locale])}")
        console.print()


def _payslip(month: MonthPay, locale: Locale) -> Table:
    heads = pay_fields("item", "quantity", "rate", "amount", "why")
    table = Table(title=str(month.period), box=SIMPLE_HEAD, title_justify="left")
    for index, head in enumerate(heads):
        is_number = index in {1, 2, 3}
        table.add_column(
            head.in_locale(locale), justify="right" if is_number else "left", no_wrap=is_number
        )
    kind = None
    for line in month.lines:
        if line.kind is not kind:
            kind = line.kind
            table.add_row(f"[bold]{_KINDS[kind].in_locale(locale)}[/bold]")
        sign = "−" if line.kind in {LineKind.REDUCTION, LineKind.DEDUCTION} else ""
        name = label(line.code, line.kind).in_locale(locale)
        table.add_row(
            escape(f"  {name}{f' · {line.detail}' if line.detail else ''}"),
            _decimal(line.quantity_micro),
            _decimal(line.rate_micro),
            f"{sign}{format_fen(line.amount_fen)}",
            escape(line.explanation[locale]),
        )
    return table


def _decimal(micro: int | None) -> str:
    return "" if micro is None else format_micro(micro)


def _print_totals(console: Console, month: MonthPay, locale: Locale) -> None:
    totals = (
        (term("pay_field.gross_pay"), month.gross_pay_fen),
        (term("pay_field.net_pay"), month.net_pay_fen),
        (term("pay_field.employer_cost"), month.employer_cost_fen),
    )
    words = [f"{name.in_locale(locale)} [bold]{format_fen(fen)}[/bold]" for name, fen in totals]
    console.print("   ".join(words))
