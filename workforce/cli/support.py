"""What every verb of the command line shares: the instance, the language, the app, the errors.

A verb is one module ``cli/<verb>_command.py`` with ``COMMAND``, a click command or group::

    @click.command("seal")
    @pass_state
    def COMMAND(state: State) -> None: ...

Texts that a person reads are in the language of the terminal: English where ``LC_ALL``,
``LC_MESSAGES`` or ``LANG`` (the first one set) begins with ``en``, else Chinese.
"""

from __future__ import annotations

import datetime as dt
import os
import secrets
import sys
import traceback
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NoReturn

import click
from sqlalchemy.exc import DBAPIError

from workforce.cli.mistakes import said_of
from workforce.config import Settings
from workforce.core.errors import DomainError, InputError
from workforce.core.text import Locale, Text
from workforce.platform.faults import database_fault, storage_fault
from workforce.platform.files import write_bytes

if TYPE_CHECKING:
    from flask import Flask

EXIT_USER: Final = 2
EXIT_FAILED: Final = 1
EXIT_INTERRUPTED: Final = 130
"""What shells say of a program ended by Ctrl+C."""

_LABEL: Final[dict[Locale, str]] = {"zh": "错误", "en": "Error"}


@dataclass(frozen=True, slots=True)
class State:
    """The choices made before the verb."""

    instance: Path
    locale: Locale

    def say(self, text: Text | str, *, error: bool = False) -> None:
        """Print a line in the user's language; ``error`` sends it to the error stream."""
        click.echo(text.in_locale(self.locale) if isinstance(text, Text) else text, err=error)

    def settings(self) -> Settings:
        """Return the settings of the installation.

        Raises:
            InputError: it has no keys, or weak ones.
        """
        return Settings.load(self.instance)

    @contextmanager
    def app(self) -> Iterator[Flask]:
        """Open the installation: inside the block the database can be used.

        Raises:
            InputError: the keys are missing or those of other data, or the database is of an older or
                newer program.
        """
        # Flask and the slices take half a second to load: only for verbs that need them.
        from workforce.app import create_app  # noqa: PLC0415
        from workforce.migrations import is_current, not_current  # noqa: PLC0415
        from workforce.people.keys import keys_fit  # noqa: PLC0415
        from workforce.platform import clock  # noqa: PLC0415
        from workforce.platform.db import db  # noqa: PLC0415

        app = create_app(self.settings())
        with app.app_context():
            try:
                if not is_current(db.engine):
                    raise not_current(db.engine)
                if not keys_fit(db.session()):
                    raise InputError("config.keys_of_others", path=str(self.instance / "keys"))
                db.session.rollback()
                yield app
            finally:
                db.session.remove()
                db.engine.dispose()
                clock.keep_ahead(dt.timedelta(0))


pass_state = click.make_pass_decorator(State)


def terminal_locale(environ: Mapping[str, str] = os.environ) -> Locale:
    """Return the language of the terminal: ``en`` if it says so, else ``zh``."""
    named = next(
        (environ[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if environ.get(name)), ""
    )
    return "en" if named.lower().startswith("en") else "zh"


def speak(locale: Locale) -> None:
    """Let the rest of the verb, its errors included, be in a language."""
    root = click.get_current_context().find_root()
    root.obj = replace(root.obj, locale=locale)


def describe(error: DomainError, locale: Locale) -> str:
    """Return an error as one line: place, what is wrong, and the remedy."""
    stop, gap = ("。", "") if locale == "zh" else (".", " ")
    sentences = [error.message(locale), error.hint(locale)]
    text = gap.join(f"{sentence.rstrip(stop)}{stop}" for sentence in sentences if sentence)
    return f"{error.place}: {text}" if error.place else text


class VerbGroup(click.Group):
    """A group that ends a user's mistake with one sentence and exit code 2, never a traceback."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the verb and explain what stops it."""
        locale = terminal_locale()
        try:
            return super().invoke(ctx)
        except DomainError as error:
            locale = ctx.obj.locale if ctx.obj else locale  # a verb may have chosen one
            click.echo(f"{_LABEL[locale]}: {describe(error, locale)}", err=True)
            ctx.exit(EXIT_USER)
        except click.exceptions.NoArgsIsHelpError:
            raise
        except click.UsageError as error:
            click.echo(f"{_LABEL[locale]}: {said_of(error).in_locale(locale)}", err=True)
            ctx.exit(EXIT_USER)
        except KeyboardInterrupt:
            words = Text(
                "\n已中断；写到一半的内容都没有保留", "\nInterrupted; nothing is left half written"
            )
            click.echo(words.in_locale(locale), err=True)
            ctx.exit(EXIT_INTERRUPTED)
        except (click.ClickException, click.exceptions.Exit, click.Abort, BrokenPipeError):
            raise
        except DBAPIError as error:
            known = database_fault(error)
            if known is None:
                _log_failure(ctx, Text("数据库没有完成操作", "The database failed"), error, locale)
            _fail(known, locale)
        except OSError as error:
            full = storage_fault(error)
            if full is not None:
                _fail(full, locale)
            if error.filename is None:
                _log_failure(ctx, Text("程序出错", "The program failed"), error, locale)
            reason = error.strerror or type(error).__name__
            _fail(InputError("file.no_access", path=str(error.filename), reason=reason), locale)
        except Exception as error:  # noqa: BLE001 - the last door: nobody is shown a traceback
            _log_failure(ctx, Text("程序出错", "The program failed"), error, locale)


def _fail(error: DomainError, locale: Locale) -> NoReturn:
    click.echo(f"{_LABEL[locale]}: {describe(error, locale)}", err=True)
    sys.exit(EXIT_FAILED)


def _log_failure(ctx: click.Context, what: Text, error: Exception, locale: Locale) -> NoReturn:
    """Say in one line what failed, and keep the traceback in the instance folder."""
    state = ctx.find_object(State)
    kept = ""
    if state is not None and state.instance.is_dir():
        path = state.instance / "logs" / f"failure-{secrets.token_hex(4)}.txt"
        with suppress(OSError):  # a folder that cannot be written is no reason for a traceback
            write_bytes(path, "".join(traceback.format_exception(error)).encode())
            kept = str(Text(f"，详情见 {path}", f", see {path}").in_locale(locale))
    reason = str(error).strip().splitlines()
    first = reason[0] if reason else type(error).__name__
    click.echo(f"{what.in_locale(locale)}: {type(error).__name__}: {first}{kept}", err=True)
    sys.exit(EXIT_FAILED)
