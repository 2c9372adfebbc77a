"""The command line's frame: verbs, languages, mistakes, progress."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from workforce.cli.main import main
from workforce.cli.progress import progress
from workforce.cli.support import State, describe, pass_state, terminal_locale
from workforce.config import load_keys
from workforce.core.errors import InputError
from workforce.core.text import Text
from workforce.platform import crypto
from workforce.platform.db import unit_of_work


def _run(instance: Path, *arguments: str, language: str = "zh_CN.UTF-8") -> Result:
    environ = {"LC_ALL": language, "DATABASE_URL": None, "WORKFORCE_INSTANCE": None}
    return CliRunner().invoke(main, ["--instance", str(instance), *arguments], env=environ)


@pytest.fixture
def failing_verb() -> Iterator[None]:
    """A verb that fails in the way it is told."""

    @click.command("fail")
    @click.argument("how")
    @pass_state
    def fail(state: State, how: str) -> None:
        if how == "input":
            raise InputError("period.not_a_month", place="工资.xlsx", text="13")
        if how == "app":
            with state.app():
                pass
        if how == "file":
            (state.instance / "absent" / "x").write_text("")
        if how == "write":
            with state.app(), unit_of_work():
                pass
        raise ValueError("internal detail")

    main.add_command(fail)
    yield
    del main.commands["fail"]


@pytest.mark.feature("ALL-11")
def test_init_makes_an_installation_and_may_be_repeated(tmp_path: Path) -> None:
    first = _run(tmp_path, "init")
    assert first.exit_code == 0
    assert str(tmp_path / "keys") in first.output
    database = tmp_path / "workforce.sqlite3"
    assert database.stat().st_mode & 0o007 == 0, "others on the machine do not read names and pay"
    database.chmod(0o644)  # as older programs left it
    key = (tmp_path / "keys" / "fields.key").read_bytes()
    again = _run(tmp_path, "init", language="en_GB.UTF-8")
    assert again.exit_code == 0
    assert again.output.startswith(f"The database is ready: {tmp_path}\nThere is no account")
    assert database.stat().st_mode & 0o007 == 0
    assert (tmp_path / "keys" / "fields.key").read_bytes() == key


@pytest.mark.usefixtures("failing_verb")
def test_a_mistake_is_one_sentence_and_exit_code_2(tmp_path: Path) -> None:
    zh, en = (_run(tmp_path, "fail", "input", language=name) for name in ("C.UTF-8", "en_US.UTF-8"))
    assert zh.exit_code == en.exit_code == 2
    assert zh.stderr == "错误: 工资.xlsx: “13”不是月份。请写成 2026-10。\n"
    assert en.stderr == "Error: 工资.xlsx: “13” is not a month. Write it as 2026-10.\n"


@pytest.mark.usefixtures("failing_verb")
def test_an_installation_must_be_made_first(tmp_path: Path) -> None:
    result = _run(tmp_path, "fail", "app", language="en")
    assert result.exit_code == 2
    assert "workforce init" in result.stderr
    _run(tmp_path, "init")
    (tmp_path / "workforce.sqlite3").unlink()
    result = _run(tmp_path, "fail", "app", language="en")
    assert result.exit_code == 2
    assert result.stderr.startswith("Error: The database has no tables yet")


@pytest.mark.usefixtures("failing_verb")
def test_a_failure_keeps_its_traceback_in_a_file(tmp_path: Path) -> None:
    result = _run(tmp_path, "fail", "otherwise", language="en")
    assert result.exit_code == 1
    assert "Traceback" not in result.output
    assert len(result.stderr.splitlines()) == 1
    assert result.stderr.startswith("The program failed: ValueError: internal detail, see ")
    (kept,) = (tmp_path / "logs").iterdir()
    assert "Traceback" in kept.read_text()


@pytest.mark.usefixtures("failing_verb")
def test_a_failure_that_cannot_be_kept_is_still_one_line(tmp_path: Path) -> None:
    (tmp_path / "logs").write_text("no folder")
    result = _run(tmp_path, "fail", "otherwise", language="en")
    assert result.exit_code == 1
    assert result.stderr == "The program failed: ValueError: internal detail\n"


@pytest.mark.usefixtures("failing_verb")
def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    result = _run(tmp_path, "fail", "file")
    assert result.exit_code == 1
    assert str(tmp_path / "absent" / "x") in result.stderr
    assert "核对路径" in result.stderr
    assert not (tmp_path / "logs").exists()


@pytest.mark.usefixtures("failing_verb")
@pytest.mark.parametrize("how", ["no_folder", "no_server"])
def test_a_database_that_does_not_open_is_named_as_such(
    how: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _run(tmp_path, "init")
    url = f"sqlite:///{tmp_path}/absent/x.sqlite3"
    if how == "no_server":  # nothing listens in an empty folder
        url = f"postgresql://wang:secret@/base?host={tmp_path}"
    monkeypatch.setenv("DATABASE_URL", url)
    environ = {"LC_ALL": "zh_CN.UTF-8", "WORKFORCE_INSTANCE": None}
    arguments = ["--instance", str(tmp_path), "fail", "app"]
    result = CliRunner().invoke(main, arguments, env=environ)
    assert result.exit_code == 1
    assert result.stderr.startswith("错误: 打不开数据库：")
    assert "DATABASE_URL" in result.stderr
    assert "secret" not in result.stderr


@pytest.mark.usefixtures("failing_verb")
def test_a_database_that_another_program_writes_to_is_busy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("workforce.platform.db.BUSY_TIMEOUT_MS", 1)
    _run(tmp_path, "init")
    with closing(sqlite3.connect(tmp_path / "workforce.sqlite3", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        result = _run(tmp_path, "fail", "write")
    assert result.exit_code == 1
    assert result.stderr.startswith("错误: 数据库正被另一个程序写入。")


def test_init_makes_no_new_keys_beside_data_of_lost_ones(tmp_path: Path) -> None:
    _run(tmp_path, "init")
    (tmp_path / "keys" / "session.key").unlink()
    assert _run(tmp_path, "init").exit_code == 0  # signs cookies only
    with closing(sqlite3.connect(tmp_path / "workforce.sqlite3")) as database, database:
        database.execute(
            "INSERT INTO person (id, id_number_hash, id_number, name, sex, born_on, education,"
            " township, household_category)"
            " VALUES (1, 'x', 'x', '李晨', '1', '1990-03-07', '31', '500236001', 'rural')"
        )
    (tmp_path / "keys" / "lookup.key").unlink()
    result = _run(tmp_path, "init")
    assert result.exit_code == 2
    assert "从备份恢复密钥" in result.stderr
    assert not (tmp_path / "keys" / "lookup.key").exists()


@pytest.mark.usefixtures("failing_verb")
def test_an_older_program_leaves_a_newer_database_alone(new_installation: Path) -> None:
    database = new_installation / "workforce.sqlite3"
    with closing(sqlite3.connect(database)) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    for words in (("init",), ("fail", "app")):
        result = _run(new_installation, *words)
        assert result.exit_code == 2
        assert result.stderr.startswith("错误: 数据库是更新版本的程序用过的（9999）")
        assert "升级前的备份" in result.stderr


@pytest.mark.usefixtures("failing_verb")
def test_keys_of_other_data_are_refused(new_installation: Path) -> None:
    """With them everybody would be entered a second time."""
    keys = load_keys(new_installation)
    crypto.use_keys(fields=keys.fields, lookup=keys.lookup)
    person = (crypto.lookup_hash("500236199003078888"), crypto.encrypt("500236199003078888"))
    with closing(sqlite3.connect(new_installation / "workforce.sqlite3")) as database, database:
        database.execute(
            "INSERT INTO person (id, id_number_hash, id_number, name, sex, born_on, education,"
            " township, household_category)"
            " VALUES (1, ?, ?, '李晨', '1', '1990-03-07', '31', '500236001', 'rural')",
            person,
        )
    assert _run(new_installation, "init").exit_code == 0
    for name in ("lookup", "fields"):
        file = new_installation / "keys" / f"{name}.key"
        before = file.read_text()
        file.write_text(os.urandom(32).hex())
        for words in (("init",), ("fail", "app")):
            result = _run(new_installation, *words, language="en")
            assert result.exit_code == 2
            assert "are not those of the database" in result.stderr
        file.write_text(before)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("law", "show", "x", "--on", "13.1."), "--on 不对：“13.1.”不是日期，请写成 2026-10-31。"),
        (("serve", "--port", "0"), "--port 不对：0 不在 1 到 65535 之间。"),
        (("serve", "--port", "x"), "--port 不对：“x”不是整数。"),
        (("serve", "--prot", "1"), "没有选项 --prot。"),
        (("sreve",), "没有命令 sreve。"),
        (("company", "apply", "."), "FILE 不对：“.”是文件夹，不是文件。"),
        (("company", "apply"), "缺少 FILE。"),
        (("payroll", "review", "2026-10", "--all"), "缺少 --by。"),
        (("report", "employment", "2026-10", "--out", "x.pdf", "--view", "all"), "--view 只能是 "),
        (("payroll", "run", "2026-10"), "请用 --company 指定一家企业，或用 --all 选择全部。"),
        (("init", "now"), "命令写得不对："),
    ],
)
def test_a_wrong_command_line_is_one_chinese_sentence(
    words: tuple[str, ...], said: str, tmp_path: Path
) -> None:
    result = _run(tmp_path, *words)
    assert result.exit_code == 2
    assert result.stderr.startswith(f"错误: {said}")
    assert result.stderr.count("\n") == 1
    if "2026-10" not in words[-1:]:
        assert "写法见 " in result.stderr
    english = _run(tmp_path, *words, language="en_US.UTF-8")
    assert english.stderr.startswith("Error: ")
    assert english.stderr.isascii() or words[0] == "payroll"


def test_an_interruption_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*_arguments: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("workforce.cli.init_command.create_keys", interrupt)
    result = _run(tmp_path, "init")
    assert result.exit_code == 130
    assert result.stderr == "\n已中断；写到一半的内容都没有保留\n"


def test_every_verb_explains_itself_with_an_example(tmp_path: Path) -> None:
    def walk(command: click.Command, path: list[str]) -> Iterator[list[str]]:
        if not isinstance(command, click.Group):
            yield path
            return
        for name, child in command.commands.items():
            yield from walk(child, [*path, name])

    for path in walk(main, []):
        result = _run(tmp_path, *path, "--help")
        assert result.exit_code == 0, path
        assert "Example: workforce" in " ".join(result.output.split()), path


@pytest.mark.parametrize(
    ("environ", "locale"),
    [
        ({}, "zh"),
        ({"LANG": "C.UTF-8"}, "zh"),
        ({"LANG": "zh_CN.UTF-8"}, "zh"),
        ({"LANG": "en_US.UTF-8"}, "en"),
        ({"LANG": "en_US.UTF-8", "LC_ALL": "zh_CN.UTF-8"}, "zh"),
        ({"LANG": "zh_CN.UTF-8", "LC_MESSAGES": "en_GB"}, "en"),
        ({"LANG": "en_US.UTF-8", "LC_ALL": ""}, "en"),
    ],
)
def test_the_language_is_that_of_the_terminal(environ: dict[str, str], locale: str) -> None:
    assert terminal_locale(environ) == locale


def test_an_error_without_a_remedy_is_described_too() -> None:
    error = InputError("form.negative", text="-1")
    assert describe(error, "en") == "It must not be negative: -1."


def test_progress_without_a_terminal_is_plain_lines(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LC_ALL", "en_US.UTF-8")
    seconds = iter(range(1000))
    monkeypatch.setattr(time, "monotonic", lambda: float(next(seconds)))
    with progress(Text("计算", "Computing"), total=20) as advance:
        for _ in range(20):
            advance()
    lines = capsys.readouterr().err.splitlines()
    assert lines[0] == "Computing: 0/20"
    assert lines[1].startswith("Computing: 2/20, ")
    assert lines[1].endswith(" s left")
    assert "\x1b" not in "".join(lines)
    assert lines[-1].startswith("Computing: ✓ 20, ")
    # The start, at most one line for each tenth, and the end.
    assert 3 <= len(lines) <= 12


def test_progress_of_unknown_length_tells_start_and_end(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with progress(Text("读取", "Reading")) as advance:
        advance(7)
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 2


def test_help_is_quick_because_it_loads_no_web_framework() -> None:
    code = "import sys; import workforce.cli.support; sys.exit('flask' in sys.modules)"
    result = subprocess.run([sys.executable, "-c", code], check=False, env=dict(os.environ))
    assert result.returncode == 0
