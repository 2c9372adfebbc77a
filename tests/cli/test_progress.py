"""Progress where nobody watches a live bar: lines in a log."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from workforce.cli.progress import progress
from workforce.core.text import Text

TITLE = Text("演示", "Demo")


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """Set the time that has passed."""
    now = [0.0]
    monkeypatch.setattr("workforce.cli.progress.time.monotonic", lambda: now[0])
    monkeypatch.setenv("LC_ALL", "en")

    def pass_to(seconds: float) -> None:
        now[0] = seconds

    return pass_to


def test_a_line_each_tenth_with_the_time_left(
    clock: Callable[[float], None], capsys: pytest.CaptureFixture[str]
) -> None:
    """Two of ten in 10 s: eight more take 40 s."""
    with progress(TITLE, total=10) as advance:
        clock(10)
        advance(2)
        clock(50)
        advance(8)
    assert capsys.readouterr().err.splitlines() == [
        "Demo: 0/10",
        "Demo: 2/10, 0/s, about 40 s left",
        "Demo: ✓ 10, 0/s, 50.0 s",
    ]


def test_long_work_is_told_in_minutes(
    clock: Callable[[float], None], capsys: pytest.CaptureFixture[str]
) -> None:
    """A tenth in 70 s: nine more take 630 s, ten and a half minutes."""
    with progress(TITLE, total=100) as advance:
        clock(70)
        advance(10)
    assert "about 10 min left" in capsys.readouterr().err


def test_unknown_amount_tells_start_and_end(
    clock: Callable[[float], None], capsys: pytest.CaptureFixture[str]
) -> None:
    with progress(TITLE) as advance:
        advance()
        clock(2)
    assert capsys.readouterr().err.splitlines() == ["Demo …", "Demo: ✓ 1, 0/s, 2.0 s"]
