"""The command ``workforce``: one group, one module per verb."""

from __future__ import annotations

from pathlib import Path

import click

from workforce import __version__, cli
from workforce.cli.support import State, VerbGroup, terminal_locale
from workforce.config import INSTANCE_VARIABLE, default_instance
from workforce.core.registry import discover


@click.group(
    cls=VerbGroup,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="Example: workforce --instance /srv/base payroll show 2026-10 --company QZ",
)
@click.version_option(__version__)
@click.option(
    "--instance",
    type=click.Path(file_okay=False, path_type=Path),
    envvar=INSTANCE_VARIABLE,
    help="Folder with all state (database, keys, files); default: instance/ of the checkout.",
)
@click.pass_context
def main(context: click.Context, instance: Path | None) -> None:
    """Workforce and payroll for AI data-annotation bases.

    Start with `workforce init` in an empty folder, or `workforce demo` for made-up data.
    """
    folder = (instance or default_instance()).resolve()
    context.obj = State(instance=folder, locale=terminal_locale())


for _command in discover(
    cli,
    "COMMAND",
    click.Command,
    code_of=lambda command: command.name or "",
    suffix="_command",
).values():
    main.add_command(_command)
