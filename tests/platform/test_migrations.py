"""The migrations build exactly what the models say, on both engines."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from operator import itemgetter
from pathlib import Path
from typing import Any, Final

import pytest
from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, Select, column, create_engine, inspect, select, table, text
from sqlalchemy.exc import DatabaseError

from tests import postgres
from tests.engines import both_engines
from workforce.migrations import configuration, head, is_current, upgrade
from workforce.platform.db import Base

_TRIGGERS = {
    "sqlite": "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'",
    "postgresql": (
        "SELECT tgname, pg_get_triggerdef(t.oid) FROM pg_trigger t WHERE NOT tgisinternal "
        # By themselves: one that no trigger calls any more is left behind.
        "UNION ALL SELECT proname, pg_get_functiondef(oid) FROM pg_proc "
        "WHERE pronamespace = 'public'::regnamespace AND prokind = 'f'"
    ),
}


def _sorted(items: Any) -> list[str]:
    # What SQLite says of a partial index holds an object, which only its text tells apart.
    return sorted(json.dumps(item, sort_keys=True, default=str) for item in items)


def _shape(engine: Engine) -> dict[str, Any]:
    """Return everything that the database knows of its tables, comparable."""
    inspector = inspect(engine)
    # Of all tables at once: one by one would take a server most of the test's time.
    columns = inspector.get_multi_columns()
    keys, checks = inspector.get_multi_pk_constraint(), inspector.get_multi_check_constraints()
    unique, foreign = inspector.get_multi_unique_constraints(), inspector.get_multi_foreign_keys()
    indexes = inspector.get_multi_indexes()
    shape: dict[str, Any] = {
        key[1]: {
            "columns": [
                (column["name"], str(column["type"]), column["nullable"], column["default"])
                for column in columns[key]
            ],
            "key": str(keys[key]),
            "checks": _sorted(checks[key]),
            "unique": _sorted(unique[key]),
            "foreign": _sorted(foreign[key]),
            "indexes": _sorted(indexes[key]),
        }
        for key in sorted(columns, key=itemgetter(1))
        if key[1] != "alembic_version"
    }
    with engine.connect() as connection:
        triggers = connection.execute(text(_TRIGGERS[engine.dialect.name]))
        shape["triggers"] = sorted((name, " ".join(sql.split())) for name, sql in triggers)
    return shape


@pytest.fixture
def empty_and_model(
    engine_name: str, tmp_path: Path, request: pytest.FixtureRequest
) -> Iterator[tuple[str, str]]:
    """The URL of an empty database, and of one made from the models."""
    if engine_name == "sqlite":
        template: Path = request.getfixturevalue("sqlite_template")
        yield f"sqlite:///{tmp_path / 'migrated.sqlite3'}", f"sqlite:///{template}"
        return
    server: postgres.Server = request.getfixturevalue("postgres_server")
    server.create("migrated")
    yield server.url("migrated"), server.url("template_workforce")
    server.drop("migrated")


@both_engines
def test_migrations_build_what_the_models_say(empty_and_model: tuple[str, str]) -> None:
    empty, model = (create_engine(url) for url in empty_and_model)
    try:
        assert not is_current(empty)
        upgrade(empty)
        assert is_current(empty)
        migrated = _shape(empty)
        assert set(migrated) == {*Base.metadata.tables, "triggers"}
        assert migrated == _shape(model)
    finally:
        empty.dispose()
        model.dispose()


def test_revisions_are_numbered_without_a_gap() -> None:
    script = ScriptDirectory.from_config(configuration())
    revisions = [revision.revision for revision in script.walk_revisions()][::-1]
    assert revisions == [f"{number:04d}" for number in range(1, len(revisions) + 1)]
    for revision in script.walk_revisions():
        assert Path(revision.path).name.startswith(f"{revision.revision}_")


@pytest.mark.feature("FIN-36")
@both_engines
def test_months_become_periods_and_months_again(empty_and_model: tuple[str, str]) -> None:
    """Rows stay, everybody on the monthly cycle; where a half is paid, there is no way back."""
    engine = create_engine(empty_and_model[0])
    try:
        upgrade(engine, "0003")
        before = _shape(engine)
        with engine.begin() as connection:
            for statement in _MONTHLY_ROWS.split(";"):
                connection.execute(text(statement))
        upgrade(engine, "0004")
        with engine.begin() as connection:
            found = connection.execute(text("SELECT pay_period, half_pay_period FROM inspection"))
            assert sorted(found) == [("2026-10", "2026-10-H1"), ("2026-10", "2026-10-H2")]
            assert connection.scalar(text("SELECT period FROM month_lock")) == "2026-10"
        _back(engine, "0003")
        assert _shape(engine) == before
        upgrade(engine, "0004")
        with engine.begin() as connection:
            connection.execute(text("UPDATE month_lock SET period = '2026-10-H1'"))
        with pytest.raises(RuntimeError, match="half months"):
            _back(engine, "0003")
    finally:
        engine.dispose()


@pytest.mark.feature("FIN-6")
@both_engines
def test_output_of_people_outlives_that_of_groups(empty_and_model: tuple[str, str]) -> None:
    """People's output stays on the way there and back; the older shape has no place for groups'."""
    engine = create_engine(empty_and_model[0])
    keys = text("SELECT source_key FROM output_record ORDER BY id")
    try:
        upgrade(engine, "0005")
        before = _shape(engine)
        with engine.begin() as connection:
            for statement in _OUTPUT_ROWS.split(";"):
                connection.execute(text(statement))
        upgrade(engine, "0006")
        with engine.begin() as connection:
            assert connection.scalars(keys).all() == ["own"]
            for statement in _GROUP_ROWS.split(";"):
                connection.execute(text(statement))
        _back(engine, "0005")
        assert _shape(engine) == before
        with engine.begin() as connection:
            assert connection.scalars(keys).all() == ["own"]
    finally:
        engine.dispose()


_OUTPUT_ROWS = """
INSERT INTO company (id, code, name, credit_code, region, is_inside, founded_on)
VALUES (1, 'KM', 'Kuimen', '91500236MA00000000', '500236', true, '2024-01-01');
INSERT INTO task_type (id, code, name_zh, name_en, unit_zh, unit_en)
VALUES (1, 'ner', '实体', 'NER', '条', 'item');
INSERT INTO person (id, name, id_number, id_number_hash, sex, born_on, education, township,
household_category) VALUES (1, '李晨', 'x', 'y', '1', '1990-01-01', '21', '500236100', 'rural');
INSERT INTO employment (id, company_id, person_id, employee_no, employment_type, hours_system,
rest_weekdays, hired_on) VALUES (1, 1, 1, 'W1', 'full_time', 'standard', '67', '2026-01-01');
INSERT INTO output_record (company_id, employment_id, task_type_id, work_on, state, submitted_qty,
reviewed_qty, accepted_qty, rejected_qty, reworked_qty, source, source_key)
VALUES (1, 1, 1, '2026-10-08', 'submitted', 9, 0, 0, 0, 0, 's', 'own')
"""
_GROUP_ROWS = """
INSERT INTO output_record (id, company_id, group_name, split_by, task_type_id, work_on, state,
submitted_qty, reviewed_qty, accepted_qty, rejected_qty, reworked_qty, source, source_key)
VALUES (9, 1, '一组', 'points', 1, '2026-10-08', 'submitted', 9, 0, 0, 0, 0, 's', 'group');
INSERT INTO group_share (output_record_id, employment_id, share_weight) VALUES (9, 1, 1000)
"""

_MONTHLY_ROWS = """
INSERT INTO company (id, code, name, credit_code, region, is_inside, founded_on)
VALUES (1, 'KM', 'Kuimen', '91500236MA00000000', '500236', true, '2024-01-01');
INSERT INTO task_type (id, code, name_zh, name_en, unit_zh, unit_en)
VALUES (1, 'ner', '实体', 'NER', '条', 'item');
INSERT INTO month_lock (company_id, period, reason, locked_at)
VALUES (1, '2026-10', 'run', '2026-11-10 00:00:00');
INSERT INTO inspection (company_id, task_type_id, inspected_on, pay_period, sampled_qty, error_qty,
result, source, source_key) VALUES (1, 1, '2026-10-15', '2026-10', 9, 0, 'pass', 's', 'first');
INSERT INTO inspection (company_id, task_type_id, inspected_on, pay_period, sampled_qty, error_qty,
result, source, source_key) VALUES (1, 1, '2026-10-16', '2026-10', 9, 0, 'pass', 's', 'second')
"""


def _back(engine: Engine, revision: str) -> None:
    with engine.begin() as connection:
        config = configuration()
        config.attributes["connection"] = connection
        command.downgrade(config, revision)


@both_engines
def test_every_migration_can_be_taken_back(empty_and_model: tuple[str, str]) -> None:
    engine = create_engine(empty_and_model[0])
    revisions = [f"{number:04d}" for number in range(1, int(head() or 0) + 1)]
    try:
        shapes = []
        for revision in revisions:
            upgrade(engine, revision)
            shapes.append(_shape(engine))
        for revision, shape in reversed(list(zip(revisions, shapes[:-1], strict=False))):
            _back(engine, revision)
            assert _shape(engine) == shape, revision
    finally:
        engine.dispose()


_ROWS_OF_0007: Final = Path(__file__).with_name("rows_of_0007.sql")


def _rows(engine: Engine, columns: Mapping[str, list[str]]) -> dict[str, list[tuple[str, ...]]]:
    """Return some columns of all rows of some tables, in an order that both engines share."""

    def read(name: str, wanted: list[str]) -> list[tuple[str, ...]]:
        chosen: Select[*tuple[Any, ...]] = select(*map(column, wanted)).select_from(table(name))
        return sorted(tuple(map(str, row)) for row in connection.execute(chosen))

    with engine.connect() as connection:
        return {name: read(name, wanted) for name, wanted in columns.items()}


def _columns(engine: Engine) -> dict[str, list[str]]:
    inspector = inspect(engine)
    names = set(inspector.get_table_names()) - {"alembic_version"}
    return {
        name: [column["name"] for column in inspector.get_columns(name)] for name in sorted(names)
    }


def _refuses(engine: Engine, statement: str) -> None:
    with pytest.raises(DatabaseError), engine.begin() as connection:
        connection.execute(text(statement))


@both_engines
def test_what_was_known_at_0007_outlives_every_later_migration(
    empty_and_model: tuple[str, str],
) -> None:
    """Every table with rows goes up to now, back and up again; what the old shape knew stays as it was."""
    engine = create_engine(empty_and_model[0])
    try:
        upgrade(engine, "0007")
        known, shape = _columns(engine), _shape(engine)
        with engine.begin() as connection:
            for statement in _ROWS_OF_0007.read_text("utf-8").split(";\n"):
                if statement.strip():
                    connection.execute(text(statement.replace(":", "\\:")))
        before = _rows(engine, known)
        assert [name for name, rows in before.items() if not rows] == []
        upgrade(engine)
        first = _rows(engine, _columns(engine))
        _check_now(engine, known, before)
        _back(engine, "0007")
        assert _rows(engine, known) == before
        assert _shape(engine) == shape
        upgrade(engine)
        _check_now(engine, known, before)
        assert {name: len(rows) for name, rows in _rows(engine, _columns(engine)).items()} == {
            name: len(rows) for name, rows in first.items()
        }
    finally:
        engine.dispose()


def _check_now(
    engine: Engine, known: Mapping[str, list[str]], before: Mapping[str, list[tuple[str, ...]]]
) -> None:
    """Look at everything that the later migrations have said about the old rows."""
    # 0014 names the mark of late output anew, and locks the months of approved runs.
    mark = known["payroll_run"].index("closed_at_output_id")
    runs = [column for at, column in enumerate(known["payroll_run"]) if at != mark]
    after = _rows(engine, {**known, "payroll_run": runs})
    for name, rows in before.items():
        if name == "payroll_run":
            assert after[name] == sorted(row[:mark] + row[mark + 1 :] for row in rows)
        elif name != "month_lock":
            assert after[name] == rows, name
    with engine.connect() as connection:

        def one(statement: str) -> list[tuple[Any, ...]]:
            return [tuple(row) for row in connection.execute(text(statement))]

        assert (
            one("SELECT must_change_password, failed_sign_ins, locked_until FROM account")
            == [(False, 0, None)] * 3
        )
        assert one(
            "SELECT company_id, code, name, break_minutes FROM shift_type ORDER BY company_id"
        ) == [(1, "day", "白班", 60), (2, "day", "白班", 60)]
        assert one(
            "SELECT company_id, shift_type_code, team_id, employment_id FROM shift_assignment "
            "ORDER BY company_id"
        ) == [(1, "day", None, None), (2, "day", None, None)]
        assert one("SELECT is_sent_back, decided_reason FROM output_record") == [(False, None)] * 3
        assert one(
            "SELECT period, state, locked_at_output_id, paid_on, paid_amount FROM payroll_run "
            "ORDER BY id"
        ) == [
            ("2026-09", "closed", 0, None, None),
            ("2026-10", "approved", 3, None, None),
            ("2026-11-H1", "draft", None, None, None),
        ]
        assert one("SELECT period, reason, locked_by_id FROM month_lock ORDER BY period") == [
            ("2026-09", "payroll_run 1", 2),
            ("2026-10", "payroll_run 2", 2),
        ]
        # 0017 tells what paid the runs that were paid; of this one only the pay day is known.
        assert one(
            "SELECT run_id, number, state, CAST(paid_on AS CHAR(10)), paid_amount, reference "
            "FROM payment_batch"
        ) == [(1, 1, "confirmed", "2026-10-15", 400_000, "—")]
        assert one(
            "SELECT payslip_id, chain_id, amount, state, payee_name, bank_name, bank_account "
            "FROM payment"
        ) == [(1, 1, 400_000, "paid", "李晨", "农商行", "cipher-bank")]
        assert one("SELECT half FROM leave") == [(None,)] * 2
        assert (
            one("SELECT has_attended_half, has_paid_leave_half, has_unpaid_half FROM payslip")
            == [(False, False, False)] * 2
        )
    for statement in (
        # What protected the rows still does: decided runs, the audit, and what refers to what.
        "UPDATE payslip SET net_pay_amount = 1 WHERE id = 1",
        "DELETE FROM payslip_line WHERE payslip_id = 2",
        "UPDATE payroll_run SET gross_pay_amount = 1 WHERE id = 2",
        "UPDATE audit_entry SET actor_name = 'x'",
        "UPDATE group_share SET share_weight = -1",
        "UPDATE output_record SET state = 'submitted' WHERE id = 1",
        # And what is new does, too.
        "UPDATE output_record SET is_sent_back = true WHERE id = 3",
        "UPDATE payroll_run SET state = 'paid' WHERE id = 2",
        "UPDATE payment SET amount = 1",
        "DELETE FROM payment_batch",
        "UPDATE leave SET half = 'night' WHERE kind = 'sick_leave'",
        "UPDATE leave SET half = 'morning' WHERE kind = 'annual_leave'",
    ):
        _refuses(engine, statement)


@both_engines
def test_half_days_have_no_place_in_the_shape_before_them(
    empty_and_model: tuple[str, str],
) -> None:
    """Days of annual leave that people entered become half days, and days again; halves stay."""
    engine = create_engine(empty_and_model[0])
    entered = text("SELECT quantity FROM leave_entry ORDER BY id")
    try:
        upgrade(engine, "0015")
        with engine.begin() as connection:
            for statement in _LEDGER_ROWS.split(";"):
                connection.execute(text(statement))
        upgrade(engine, "0016")
        with engine.connect() as connection:
            assert connection.scalars(entered).all() == [-6, 120]
        _back(engine, "0015")
        with engine.connect() as connection:
            assert connection.scalars(entered).all() == [-3, 120]
        upgrade(engine, "0016")
        with engine.begin() as connection:
            connection.execute(text("UPDATE leave_entry SET quantity = -5 WHERE id = 1"))
        with pytest.raises(RuntimeError, match="leave_entry has half days"):
            _back(engine, "0015")
    finally:
        engine.dispose()


_LEDGER_ROWS = """
INSERT INTO company (id, code, name, credit_code, region, is_inside, founded_on)
VALUES (1, 'KM', 'Kuimen', '91500236MA00000000', '500236', true, '2024-01-01');
INSERT INTO person (id, name, id_number, id_number_hash, sex, born_on, education, township,
household_category) VALUES (1, '李晨', 'x', 'y', '1', '1990-01-01', '21', '500236100', 'rural');
INSERT INTO employment (id, company_id, person_id, employee_no, employment_type, hours_system,
rest_weekdays, hired_on) VALUES (1, 1, 1, 'W1', 'full_time', 'standard', '67', '2026-01-01');
INSERT INTO leave_entry (id, employment_id, kind, act, year, entered_on, quantity, reason)
VALUES (1, 1, 'annual_leave', 'lapsed', 2026, '2026-01-05', -3, 'x');
INSERT INTO leave_entry (id, employment_id, kind, act, year, entered_on, quantity, reason)
VALUES (2, 1, 'in_lieu_off', 'opening', 2026, '2026-01-05', 120, 'x')
"""


def test_the_tables_are_known_without_the_pages() -> None:
    """What writes the next migration loads nothing else: a table that it missed would be dropped."""
    program = (
        "from workforce.migrations import load_models; from workforce.platform.db import Base; "
        "load_models(); print(*sorted(Base.metadata.tables))"
    )
    said = subprocess.run(
        [sys.executable, "-c", program], check=True, capture_output=True, text=True
    )
    assert said.stdout.split() == sorted(Base.metadata.tables)
