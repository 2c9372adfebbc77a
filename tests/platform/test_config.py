"""Settings and secrets: no start without good ones."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from workforce.config import (
    KEY_NAMES,
    Settings,
    create_keys,
    database_url,
    default_instance,
    load_keys,
)
from workforce.core.errors import InputError


def test_keys_are_made_once_and_only_for_their_owner(tmp_path: Path) -> None:
    assert create_keys(tmp_path) == list(KEY_NAMES)
    keys = load_keys(tmp_path)
    assert len({keys.session, keys.fields, keys.lookup}) == 3
    for name in KEY_NAMES:
        mode = (tmp_path / "keys" / f"{name}.key").stat().st_mode
        assert stat.S_IMODE(mode) == 0o600
    assert create_keys(tmp_path) == []
    assert load_keys(tmp_path) == keys


def test_a_missing_key_stops_the_start(tmp_path: Path) -> None:
    create_keys(tmp_path)
    (tmp_path / "keys" / "fields.key").unlink()
    with pytest.raises(InputError) as stop:
        Settings.load(tmp_path, environ={})
    assert stop.value.code == "config.key_missing"
    assert "workforce init" in (stop.value.hint("en") or "")


@pytest.mark.parametrize(
    "text",
    ["", "secret", "00" * 32, "0123456789abcdef" * 2, "change-me" * 8, "ab" * 31, "11223344" * 8],
)
def test_a_weak_key_stops_the_start(tmp_path: Path, text: str) -> None:
    create_keys(tmp_path)
    (tmp_path / "keys" / "session.key").write_text(text)
    with pytest.raises(InputError) as stop:
        load_keys(tmp_path)
    assert stop.value.code == "config.key_weak"


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o666])
def test_a_key_that_others_can_read_stops_the_start(tmp_path: Path, mode: int) -> None:
    create_keys(tmp_path)
    (tmp_path / "keys" / "session.key").chmod(mode)
    with pytest.raises(InputError) as stop:
        load_keys(tmp_path)
    assert stop.value.code == "config.key_exposed"


def test_settings_never_print_a_secret(tmp_path: Path) -> None:
    create_keys(tmp_path)
    environ = {"DATABASE_URL": "postgresql://user:hunter2@host/base"}
    settings = Settings.load(tmp_path, environ=environ)
    assert "hunter2" not in repr(settings)
    assert settings.keys.session.hex() not in repr(settings)
    assert repr(settings.keys.session) not in repr(settings)


def test_the_database_is_sqlite_unless_named(tmp_path: Path) -> None:
    assert database_url(tmp_path, {}) == f"sqlite:///{tmp_path}/workforce.sqlite3"
    for scheme in ("postgres", "postgresql", "postgresql+psycopg"):
        url = database_url(tmp_path, {"DATABASE_URL": f"{scheme}://u:p@h/d"})
        assert url == "postgresql+psycopg://u:p@h/d"
    with pytest.raises(InputError) as stop:
        database_url(tmp_path, {"DATABASE_URL": "mysql://u:hunter2@h/d"})
    assert "mysql" in stop.value.message("en")
    assert "hunter2" not in str(stop.value)


def test_the_instance_folder_is_named_by_the_environment() -> None:
    assert default_instance({"WORKFORCE_INSTANCE": "/srv/base"}) == Path("/srv/base")
    assert default_instance({}).name == "instance"
