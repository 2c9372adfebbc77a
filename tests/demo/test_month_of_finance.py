"""The manual's month in the life of finance is followed with the demo's data, command by command."""

from __future__ import annotations

import re
import shlex
import shutil
from pathlib import Path

import pytest

from tests.demo.conftest import invoke
from tests.guards.tree import text

pytestmark = pytest.mark.xdist_group("demo")

_CHAPTER = "templates/manual/{}/finance/00-a-month.md"
_BLOCK = re.compile(r"^```([^\n]*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def _blocks(locale: str) -> list[tuple[str, str]]:
    """Return the chapter's blocks of code: the name of a file to be saved, or "", and what it says."""
    return _BLOCK.findall(text(_CHAPTER.format(locale)))


def test_both_languages_give_the_same_commands() -> None:
    assert _blocks("zh") == _blocks("en")


def test_every_command_does_what_the_chapter_says(
    told: tuple[Path, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    instance = tmp_path / "instance"
    shutil.copytree(told[0], instance)
    monkeypatch.chdir(tmp_path)
    count = 0
    for name, content in _blocks("zh"):
        if name:
            Path(name).write_text(content, "utf-8")
            continue
        for line in content.splitlines():
            program, *words = shlex.split(line)
            assert program == "workforce"
            result = invoke(instance, *words)
            assert result.exit_code == 0, f"{line}\n{result.output}"
            count += 1
    assert count > 25
