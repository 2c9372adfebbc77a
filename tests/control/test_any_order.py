"""Whatever is done in whatever order: all figures tie after every act, and in the end all are paid once.

Some stories here; ``make stories`` tells two hundred, or as many as STORIES says, from STORIES_FIRST on.
"""

from __future__ import annotations

import os

import pytest
from sqlalchemy import func, select

from tests.control.month_story import Story
from tests.payroll.world import World
from workforce.payments import queries
from workforce.payments.models import Payment
from workforce.platform import clock

_STORIES = int(os.environ.get("STORIES", "3"))
_FIRST = int(os.environ.get("STORIES_FIRST", "7"))
_ACTS = 16


@pytest.mark.feature("FIN-26", "FIN-30", "FIN-34")
@pytest.mark.parametrize("seed", range(_FIRST, _FIRST + _STORIES))
def test_nothing_is_paid_twice_or_lost(world: World, seed: int) -> None:
    story = Story(world, seed)
    story.go(_ACTS)
    story.finish()
    session = world.session
    rows = session.execute(queries.arrears(world.scope, clock.today())).all()
    assert [row for row in rows if row.outstanding_amount > 0] == [], story.done
    paid = session.scalar(select(func.sum(Payment.amount)).where(Payment.state == "paid")) or 0
    due = sum(row.due_amount for row in rows)
    assert paid == due - sum(row.outstanding_amount for row in rows)
    # A story in which nothing happens proves nothing.
    assert story.done["decide"] > 0
    assert paid > 0
