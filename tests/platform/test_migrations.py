"""The migrations build exactly what the models say, on both engines."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, create_engine, inspect, text

from tests import postgres
from tests.engines import both_engines
from workforce.migrations import configuration, head, is_current, upgrade
from workforce.platform.db import Base

_TRIGGERS = {
    "sqlite": "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'",
    "postgresql": (
        "SELECT tgname, pg_get_triggerdef(t.oid) || pg_get_functiondef(tgfoid) "
        "FROM pg_trigger t WHERE NOT tgisinternal"
    ),
}


def _sorted(items: Any) -> list[str]:
    return sorted(str(sorted(item.items(), key=str)) for item in items)


def _shape(engine: Engine) -> dict[str, Any]:
    """Return everything that the database knows of its tables, comparable."""
    inspector = inspect(engine)
    tables = sorted(set(inspector.get_table_names()) - {"alembic_version"})
    shape: dict[str, Any] = {
        name: {
            "columns": [
                (column["name"], str(column["type"]), column["nullable"], column["default"])
                for column in inspector.get_columns(name)
            ],
            "key": str(inspector.get_pk_constraint(name)),
            "checks": _sorted(inspector.get_check_constraints(name)),
            "unique": _sorted(inspector.get_unique_constraints(name)),
            "foreign": _sorted(inspector.get_foreign_keys(name)),
            "indexes": _sorted(inspector.get_indexes(name)),
        }
        for name in tables
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


@both_engines
def test_the_second_migration_can_be_taken_back(empty_and_model: tuple[str, str]) -> None:
    """What stood before stays, with the triggers that protect decided runs."""
    engine = create_engine(empty_and_model[0])
    try:
        upgrade(engine, "0001")
        before = _shape(engine)
        upgrade(engine, "0002")
        assert _shape(engine) != before
        with engine.begin() as connection:
            config = configuration()
            config.attributes["connection"] = connection
            command.downgrade(config, "0001")
        assert _shape(engine) == before
    finally:
        engine.dispose()


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
