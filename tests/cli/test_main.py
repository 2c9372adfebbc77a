"""The command line's frame: verbs, languages, mistakes, progress."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from workforce.cli.main import main
from workforce.cli.progress import progress
from workforce.cli.support import State, describe, pass_state, terminal_locale
from workforce.core.errors import InputError
from workforce.core.text import Text


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
        raise ValueError("internal detail")

    main.add_command(fail)
    yield
    del main.commands["fail"]


@pytest.mark.feature("ALL-11")
def test_init_makes_an_installation_and_may_be_repeated(tmp_path: Path) -> None:
    first = _run(tmp_path, "init")
    assert first.exit_code == 0
    assert str(tmp_path / "keys") in first.output
    key = (tmp_path / "keys" / "fields.key").read_bytes()
    again = _run(tmp_path, "init", language="en_GB.UTF-8")
    assert again.exit_code == 0
    assert again.output == f"The database is ready: {tmp_path}\n"
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
    error = InputError("account.person_required")
    assert describe(error, "en") == "An annotator's account needs a person."


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
