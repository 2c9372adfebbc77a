"""The database's shape, step by step: Alembic revisions in ``versions/``, numbered file names.

``workforce init`` calls ``upgrade``; whoever opens the database asks ``is_current`` first, so that a
new program never works on an old shape. A test compares the migrated shape with the models.
"""

from __future__ import annotations

import importlib
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

import workforce
from workforce.core.errors import InputError

if TYPE_CHECKING:
    from sqlalchemy import Engine

_FOLDER: Final = Path(__file__).parent
_PLATFORM_TABLES: Final = ("audit", "jobs", "locks", "schedules", "uploads", "workers")


def load_models() -> None:
    """Import every slice's tables, so that ``Base.metadata`` knows them all."""
    names = [f"workforce.platform.{name}" for name in _PLATFORM_TABLES]
    root = Path(workforce.__path__[0])
    found = (path.relative_to(root).with_suffix("").parts for path in root.rglob("*models.py"))
    names += [".".join((workforce.__name__, *parts)) for parts in found]
    for name in sorted(names):
        importlib.import_module(name)


def configuration() -> Config:
    """Return Alembic's configuration; there is no ini file, because nothing in it would be a choice."""
    config = Config()
    # Alembic reads % as the start of a placeholder.
    config.set_main_option("script_location", str(_FOLDER).replace("%", "%%"))
    config.set_main_option("file_template", "%%(rev)s_%%(slug)s")
    return config


def upgrade(engine: Engine, revision: str = "head") -> None:
    """Bring a database to a revision, in one transaction: all of it or nothing.

    Raises:
        InputError: a newer program has made or upgraded it.
    """
    found = revision_of(engine)
    if found is not None and found not in _known():
        raise InputError("config.newer_database", found=found, known=head())
    config = configuration()
    with engine.connect().execution_options(writing=True) as connection, connection.begin():
        config.attributes["connection"] = connection
        command.upgrade(config, revision)


@cache
def head() -> str | None:
    """Return the revision that this program expects; to find it out reads every migration."""
    return ScriptDirectory.from_config(configuration()).get_current_head()


@cache
def _known() -> frozenset[str]:
    script = ScriptDirectory.from_config(configuration())
    return frozenset(revision.revision for revision in script.walk_revisions())


def revision_of(engine: Engine) -> str | None:
    """Return the revision of a database; None: it has no tables."""
    with engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def is_current(engine: Engine) -> bool:
    """Tell whether a database has the shape that this program expects."""
    return revision_of(engine) == head()


def not_current(engine: Engine) -> InputError:
    """Return why this program does not work on a database, with the remedy."""
    found = revision_of(engine)
    if found is None or found in _known():
        return InputError("config.not_migrated")
    return InputError("config.newer_database", found=found, known=head())
