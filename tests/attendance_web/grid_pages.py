"""What the tests of the grid's pages send to them and read from them."""

from __future__ import annotations

from typing import Any

from werkzeug.test import TestResponse

from tests.attendance_web.grid_world import GridWorld
from tests.factories.web import FormClient


def send(client: FormClient, team_id: int, cells: list[list[Any]], **more: Any) -> TestResponse:
    """Send cells as the grid's script does: JSON, with the form's token in the header."""
    return client.post_json(
        f"/attendance/teams/{team_id}/cells", {"period": "2026-10", "cells": cells, **more}
    )


def said(answer: TestResponse) -> dict[str, Any]:
    """Return what a script gets."""
    content = answer.json
    assert isinstance(content, dict)
    return content


def text_of(answer: TestResponse) -> str:
    return answer.get_data(as_text=True)


def day_path(world: GridWorld, day: int, number: int = 0) -> str:
    return f"/attendance/people/{world.people[number].id}/day?on=2026-10-{day:02d}"


def day_form(page: str, **changes: str) -> dict[str, str]:
    seen = page.split('name="seen" value="')[1].split('"', maxsplit=1)[0]
    return {"what": "work", "seen": seen, **changes}
