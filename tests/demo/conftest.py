"""The small demo, told once for all tests of this folder; none of them changes it."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from workforce.cli.main import main


def invoke(instance: Path, *words: str) -> Result:
    """Run the command in an instance folder, in English."""
    return CliRunner().invoke(
        main, ["--instance", str(instance), *words], env={"LC_ALL": "en"}, catch_exceptions=False
    )


@pytest.fixture(scope="session")
def told(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """The instance of a small demo, and what the command printed."""
    folder = tmp_path_factory.mktemp("demo")
    result = invoke(folder, "demo", "--size", "small", "--no-serve")
    assert result.exit_code == 0, result.output
    return folder, result.output
