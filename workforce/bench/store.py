"""Where the bench keeps its data: a SQLite file of its own, or a PostgreSQL database given to it.

The data are made once for each size, number of months, and shape of the tables. They are never
written beside other data: a database that is neither empty nor the bench's own is refused.
"""

from __future__ import annotations

import hashlib
import multiprocessing
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from sqlalchemy import inspect, select, text

from workforce import migrations
from workforce.app import create_app
from workforce.bench import data
from workforce.config import DATABASE_VARIABLE, KEY_NAMES, Keys, Settings, database_url
from workforce.core.errors import InputError
from workforce.core.law import LawBook
from workforce.core.period import PayPeriod
from workforce.platform.db import db, unit_of_work

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection
    from sqlalchemy.orm import Session

FIRST_MONTH: Final = PayPeriod(2026, 1)


@dataclass(frozen=True, slots=True)
class Store:
    """One data set of the bench and the database that holds it; ``url`` None: a file in ``folder``."""

    folder: Path
    size: data.Size
    months: int
    url: str | None = None

    @property
    def name(self) -> str:
        """What the data are, in the name of the file and of the company."""
        size = self.size
        return f"bench-{size.people}-{size.records}-{self.months}-v{data.VERSION}"

    @property
    def file(self) -> Path:
        """The SQLite file; another shape of the tables has another file."""
        return self.folder / f"{self.name}-{migrations.head()}.sqlite3"

    @property
    def periods(self) -> tuple[PayPeriod, ...]:
        """The months that the data hold."""
        periods = [FIRST_MONTH]
        while len(periods) < self.months:
            periods.append(periods[-1].next())
        return tuple(periods)

    @property
    def address(self) -> str:
        """The SQLAlchemy URL."""
        given = {DATABASE_VARIABLE: self.url or f"sqlite:///{self.file}"}
        return database_url(self.folder, given)

    def prepare(self) -> None:
        """Make the data unless they are there, in a process of its own: its memory is not the run's.

        Raises:
            InputError: the database holds other data.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        if self._is_ready():
            return
        worker = multiprocessing.get_context("spawn").Process(target=_make, args=(self,))
        worker.start()
        worker.join()
        if worker.exitcode or not self._is_ready():
            raise InputError("bench.not_made", path=self.name)

    def _is_ready(self) -> bool:
        if self.url is None and not self.file.is_file():
            return False
        with self.opened():
            inspector = inspect(db.engine)
            if not inspector.get_table_names():
                return False
            if not (inspector.has_table("company") and migrations.is_current(db.engine)):
                raise InputError("bench.other_data")
            names = db.session.scalars(select(data.table("company").c.name)).all()
            if names not in ([], [self.name]):
                raise InputError("bench.other_data")
            return bool(names)

    @contextmanager
    def opened(self) -> Iterator[None]:
        """Open the database as the program does."""
        with _app_context(self.folder, self.address):
            yield


@contextmanager
def _app_context(folder: Path, address: str) -> Iterator[None]:
    # Nothing of the bench is secret: its keys are everybody's, and read what an earlier bench encrypted.
    keys = Keys(**{name: hashlib.sha256(f"bench {name}".encode()).digest() for name in KEY_NAMES})
    app = create_app(Settings(instance=folder, database_url=address, keys=keys))
    with app.app_context():
        try:
            yield
        finally:
            db.session.remove()
            db.engine.dispose()


def _make(store: Store) -> None:
    """Make the data; an SQLite file gets its name when it is whole."""
    if store.url is not None:
        with _app_context(store.folder, store.address):
            _fill(store)
        return
    making = store.file.with_suffix(".making")
    for leftover in store.folder.glob(f"{making.name}*"):
        leftover.unlink()
    with _app_context(store.folder, f"sqlite:///{making}"):
        _fill(store)
    making.rename(store.file)


def _fill(store: Store) -> None:
    calendar = LawBook.load().calendar()
    migrations.upgrade(db.engine)
    output = data.table("output_record")
    with unit_of_work() as session:
        data.make_company(session, store.size, f"{store.name} (being made)")
        for index in output.indexes:
            index.drop(session.connection())
    for period in store.periods:
        with unit_of_work() as session:
            data.make_month(session, store.size, period, calendar)
    with unit_of_work() as session:
        # Indexes of rows in order are made much faster at the end.
        for index in output.indexes:
            index.create(session.connection())
        _count_on(session)
    _settle()
    with unit_of_work() as session:
        session.execute(data.table("company").update().values(name=store.name))


def _count_on(session: Session) -> None:
    """Let PostgreSQL's own numbering go on after the numbers that were given."""
    if session.connection().dialect.name == "sqlite":
        return
    for table in ("company", "task_type", "person", "employment", "batch"):
        session.execute(
            text("SELECT setval(pg_get_serial_sequence(:name, 'id'), :last)"),
            {"name": table, "last": 2**31},
        )


def _settle() -> None:
    """Let the engine learn its data, as it does by itself in time."""
    connection: Connection
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql(
            "ANALYZE" if connection.dialect.name == "sqlite" else "VACUUM (ANALYZE)"
        )
