"""``workforce bench``: how long a pay run takes, and all its payslips."""

from __future__ import annotations

import json
from typing import Any

import click

from workforce.cli.progress import progress
from workforce.cli.support import State, pass_state
from workforce.cli.tables import print_table
from workforce.core.text import Text


@click.group("bench")
def COMMAND() -> None:  # noqa: N802 - the name that the registry looks for
    """Measure the program on made-up data, apart from the installation's own."""


@COMMAND.command(
    "payroll", epilog="Example: workforce bench payroll --employees 1000 --records 110000"
)
@click.option("--employees", type=click.IntRange(20, 100_000), default=10_000, show_default=True)
@click.option(
    "--records",
    type=click.IntRange(20, 20_000_000),
    default=1_100_000,
    show_default=True,
    help="Output records of one month.",
)
@click.option("--months", type=click.IntRange(1, 12), default=1, show_default=True)
@click.option("--rounds", type=click.IntRange(1, 20), default=3, show_default=True)
@click.option(
    "--database", metavar="URL", help="An empty PostgreSQL database; default: a SQLite file."
)
@click.option("--json", "as_json", is_flag=True, help="Print the figures as JSON.")
@pass_state
def payroll(
    state: State,
    employees: int,
    records: int,
    months: int,
    rounds: int,
    database: str | None,
    *,
    as_json: bool,
) -> None:
    """Pay the months of one large made-up company and compare with the driver's own reading and writing.

    The data are made once and kept in bench/ of the instance folder, or in the database given. The
    floor is the same rows fetched and inserted by the database driver alone; each time is the median
    of the rounds, in seconds.
    """
    from workforce.bench.data import Size  # noqa: PLC0415 - loads Flask and the slices
    from workforce.bench.payroll import measure  # noqa: PLC0415
    from workforce.bench.store import Store  # noqa: PLC0415

    store = Store(state.instance.resolve() / "bench", Size(employees, records), months, database)
    with progress(Text("造测速数据", "Making the data")):
        store.prepare()
    runs = 1 + rounds if months == 1 else months + 2 * rounds
    with store.opened(), progress(Text("测速", "Measuring"), total=runs) as advance:
        found = measure(store, rounds, advance).figures(store)
    _show(state, found, as_json=as_json)


@COMMAND.command("documents", epilog="Example: workforce bench documents --people 2000")
@click.option("--people", type=click.IntRange(20, 100_000), default=10_000, show_default=True)
@click.option(
    "--form",
    type=click.Choice(["zip", "locked", "pages"]),
    default="locked",
    show_default=True,
    help="Open or locked PDFs in an archive, or one PDF for the printer.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the figures as JSON.")
@pass_state
def documents(state: State, people: int, form: str, *, as_json: bool) -> None:
    """Draw all payslips of one month of a made-up company, on all cores, as one file."""
    from workforce.bench.data import Size  # noqa: PLC0415 - loads Flask and the slices
    from workforce.bench.documents import RECORDS_EACH, measure  # noqa: PLC0415
    from workforce.bench.store import Store  # noqa: PLC0415

    store = Store(state.instance.resolve() / "bench", Size(people, people * RECORDS_EACH), 1)
    with progress(Text("造测速数据", "Making the data")):
        store.prepare()
    with store.opened(), progress(Text("测速", "Measuring"), total=people) as advance:
        found = measure(form, advance)
    _show(state, found, as_json=as_json)


@COMMAND.command("study", epilog="Example: workforce bench study --employees 10000")
@click.option("--employees", type=click.IntRange(20, 100_000), default=10_000, show_default=True)
@click.option("--rounds", type=click.IntRange(1, 20), default=5, show_default=True)
@click.option("--json", "as_json", is_flag=True, help="Print the figures as JSON.")
@pass_state
def study(state: State, employees: int, rounds: int, *, as_json: bool) -> None:
    """Try other contribution bases on a large made-up company's month: reading it once, then each study."""
    from workforce.bench.data import Size  # noqa: PLC0415 - loads Flask and the slices
    from workforce.bench.store import Store  # noqa: PLC0415
    from workforce.bench.study import RECORDS_EACH, measure  # noqa: PLC0415

    size = Size(employees, employees * RECORDS_EACH)
    store = Store(state.instance.resolve() / "bench", size, 1)
    with progress(Text("造测速数据", "Making the data")):
        store.prepare()
    with store.opened(), progress(Text("测速", "Measuring"), total=rounds + 1) as advance:
        found = measure(store, rounds, advance)
    _show(state, found, as_json=as_json)


def _show(state: State, found: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False, indent=2))
        return
    print_table(
        state.locale,
        (Text("指标", "figure"), Text("数值", "value")),
        [(name, str(value)) for name, value in _flat(found).items()],
    )


def _flat(found: dict[str, Any]) -> dict[str, Any]:
    flat: dict[str, Any] = {}
    for name, value in found.items():
        if isinstance(value, dict):
            flat |= {f"{name}.{inner}": each for inner, each in value.items()}
        else:
            flat[name] = value
    return flat
