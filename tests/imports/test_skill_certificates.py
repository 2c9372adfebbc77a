"""Lists of skill certificates: entered, corrected, and never written over what stands."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import select

from tests.factories.skills import create_skill_certificate
from tests.imports.conftest import World, reasons
from workforce.certification.models import SkillCertificate, SkillCertificateTaskType
from workforce.platform.audit import AuditEntry
from workforce.production.models import TaskType

HEAD = "工号,发证单位,证书编号,等级,课程,发证日期,有效期至,任务类型"


def table(*lines: str) -> str:
    return "\n".join([HEAD, *lines, ""])


def opened(world: World) -> list[tuple[str, str]]:
    """Return which certificate opens which task type."""
    chosen = (
        select(SkillCertificate.number, TaskType.code)
        .join(
            SkillCertificateTaskType, SkillCertificateTaskType.certificate_id == SkillCertificate.id
        )
        .join(TaskType, TaskType.id == SkillCertificateTaskType.task_type_id)
        .order_by(SkillCertificate.number, TaskType.code)
    )
    return [(row.number, row.code) for row in world.session.execute(chosen)]


def test_a_list_enters_corrects_and_leaves_what_stands(world: World) -> None:
    first = table(
        "A0001,鉴定中心,S 1,中级工,训练师,2026-06-01,,bbox_2d",
        "A0002,鉴定中心,S2,5级,,2026-06-01,2029-05-31,bbox_2d；任务polygon",
    )
    assert world.apply("skill_certificates", "a.csv", first).is_applied
    told = [(row.number, row.level, row.valid_until) for row in world.rows(SkillCertificate)]
    assert told == [("S1", 4, None), ("S2", 5, dt.date(2029, 5, 31))]
    assert opened(world) == [("S1", "bbox_2d"), ("S2", "bbox_2d"), ("S2", "polygon")]
    assert world.apply("skill_certificates", "b.csv", first).counts.unchanged == 2

    corrected = table(
        "A0001,鉴定中心,S1,高级工,训练师,2026-06-01,,bbox_2d",
        "A0002,鉴定中心,S2,5级,,2026-06-01,2029-05-31,polygon",
    )
    assert world.apply("skill_certificates", "c.csv", corrected).is_applied
    assert [row.level for row in world.rows(SkillCertificate)] == [3, 5]
    assert opened(world) == [("S1", "bbox_2d"), ("S2", "polygon")]
    said = world.session.scalars(
        select(AuditEntry.before).where(AuditEntry.action == "skill_certificate.correct")
    ).all()
    assert '{"level":4}' in said


def test_what_cannot_be_is_refused_in_its_row(world: World) -> None:
    other = world.employments["A0003"].person_id
    create_skill_certificate(
        world.session, other, issuer="培训中心", number="2026-00001", public_id="x", year=2026, serial=1
    )  # fmt: skip
    gone: dict[str, Any] = {"withdrawn_on": dt.date(2026, 9, 2), "withdraw_reason": "x"}
    create_skill_certificate(
        world.session, other, issuer="鉴定中心", number="S8", **gone,
        withdrawn_at=dt.datetime(2026, 9, 2, tzinfo=dt.UTC),
    )  # fmt: skip
    create_skill_certificate(
        world.session, other, issuer="鉴定中心", number="S9", kept_by_id=world.company.id
    )
    world.session.commit()
    seen = world.apply(
        "skill_certificates",
        "a.csv",
        table(
            "A0001,鉴定中心,S1,六级,,2026-06-01,,bbox_2d",
            "A0001,鉴定中心,S2,,,2026-06-01,,",
            "A0001,鉴定中心,S3,5,,2026-06-01,2026-05-31,bbox_2d",
            "A0001,鉴定中心,S4,5,,2026-06-01,,猫",
            "A0001,鉴定中心,S5,5,,2026-12-31,,bbox_2d",
            "A0003,培训中心,2026-00001,1,,2026-09-01,,bbox_2d",
            "A0003,鉴定中心,S8,4,,2026-09-01,,",
            "A0001,鉴定中心,S9,4,,2026-09-01,,",
        ),
    )
    assert sorted(reasons(seen)) == [
        (2, "cell.choice"),
        (3, "skill.opens_nothing"),
        (4, "skill.dates"),
        (5, "skill.task_type"),
        (6, "skill.future"),
        (7, "skill.kept_elsewhere"),
        (8, "skill.withdrawn"),
        (9, "skill.other_person"),
    ]
    assert not seen.is_applied
