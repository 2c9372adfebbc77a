"""A project snapshot of Label Studio: tasks with annotations, reviewers' marks and skipped ones."""

from __future__ import annotations

import datetime as dt
import json
import uuid
from collections.abc import Iterator, Sequence
from pathlib import Path
from random import Random
from typing import Any, Final

from workforce.demo.month import Produced
from workforce.demo.world import SEED, DemoPerson

_REGIONS_PER_TASK: Final = 12
_LABELS: Final = ("车辆", "行人", "非机动车", "护栏")
_PROJECT: Final = 7
_FIRST_IDS: Final = 100_000
"""Room for one batch's annotations: their ids never meet another batch's."""


def user_of(person: DemoPerson) -> dict[str, Any]:
    """Return a person as the tool knows him: a number and an invented mail address."""
    number = int(person.employee_no[-3:])
    return {
        "id": number,
        "email": f"{person.employee_no.lower()}@example.test",
        "first_name": person.name[1:],
        "last_name": person.name[:1],
    }


def write(path: Path, produced: Sequence[Produced]) -> None:
    """Write one batch's output of the tool; accepted units are what counts as regions."""
    on = produced[0].on
    batches_before = on.month * 2 + (on.day > 15)  # noqa: PLR2004 - two batches a month
    tasks = list(_tasks(produced, batches_before * _FIRST_IDS))
    path.write_text(json.dumps(tasks, ensure_ascii=False, separators=(",", ":")), "utf-8")


def write_mapping(path: Path, people: Sequence[DemoPerson]) -> None:
    """Write the map from the tool's users to employee numbers that a person approved."""
    lines = ["source_user,employee_no"]
    lines += [f"{user_of(person)['id']},{person.employee_no}" for person in people]
    path.write_text("\n".join(lines) + "\n", "utf-8")


def _tasks(produced: Sequence[Produced], first_id: int) -> Iterator[dict[str, Any]]:
    number = first_id
    for row in produced:
        random = Random(SEED + number)  # noqa: S311 - made-up data, not secrets
        left = row.accepted_qty
        minute = 0
        while left > 0:
            regions = min(left, _REGIONS_PER_TASK)
            left -= regions
            number += 1
            minute += 5
            yield _task(row, number, regions, minute, random)
        # One task in each day is opened and skipped: never payable.
        number += 1
        yield _task(row, number, 0, minute + 5, random, is_skipped=True)


def _task(
    row: Produced,
    number: int,
    regions: int,
    minute: int,
    random: Random,
    *,
    is_skipped: bool = False,
) -> dict[str, Any]:
    # Work begins at nine in Shanghai, one in the morning in UTC.
    done_at = dt.datetime.combine(row.on, dt.time(1), dt.UTC) + dt.timedelta(minutes=minute)
    stamp = f"{done_at:%Y-%m-%dT%H:%M:%S}.000000Z"
    annotation = {
        "id": number,
        "completed_by": user_of(row.person),
        "result": [_region(random) for _ in range(regions)],
        "was_cancelled": is_skipped,
        "ground_truth": False,
        "created_at": stamp,
        "updated_at": stamp,
        "draft_created_at": None,
        "lead_time": 180 + regions * 6,
        "prediction": {},
        "result_count": regions,
        "unique_id": str(uuid.UUID(int=random.getrandbits(128), version=4)),
        "import_id": None,
        "last_action": None,
        "bulk_created": False,
        "task": number,
        "project": _PROJECT,
        "updated_by": user_of(row.person)["id"],
        "parent_prediction": None,
        "parent_annotation": None,
        "last_created_by": None,
    }
    return {
        "id": number,
        "annotations": [annotation],
        "drafts": [],
        "predictions": [],
        "data": {"pcd": f"/data/scan/{number}.pcd"},
        "meta": {"batch": row.batch},
        "created_at": stamp,
        "updated_at": stamp,
        "inner_id": number % _FIRST_IDS,
        "total_annotations": 0 if is_skipped else 1,
        "cancelled_annotations": int(is_skipped),
        "total_predictions": 0,
        "project": _PROJECT,
        "updated_by": user_of(row.person)["id"],
    }


def _region(random: Random) -> dict[str, Any]:
    return {
        "id": f"{random.getrandbits(60):010x}"[:10],
        "type": "rectanglelabels",
        "from_name": "label",
        "to_name": "image",
        "original_width": 1920,
        "original_height": 1080,
        "image_rotation": 0,
        "origin": "manual",
        "value": {
            "rotation": 0,
            "x": random.randrange(80),
            "y": random.randrange(80),
            "width": random.randrange(2, 18),
            "height": random.randrange(2, 18),
            "rectanglelabels": [random.choice(_LABELS)],
        },
    }
