"""What the base itself is called: on official forms, on the hall's screen and on the county's book."""

from __future__ import annotations

import re
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from workforce.companies.models import BaseName
from workforce.core.errors import InputError
from workforce.core.text import Text
from workforce.platform import audit, clock
from workforce.platform.audit import Actor

MOST_CHINESE: Final = 40
MOST_ENGLISH: Final = 80
_LEAST_CHINESE: Final = 4
_CHINESE: Final = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]")


def base_name(session: Session) -> Text | None:
    """Return what the base is called, None before it was named; without an English name both are Chinese."""
    newest = select(BaseName).order_by(BaseName.id.desc()).limit(1)
    row = session.scalars(newest).one_or_none()
    return None if row is None else Text(row.name_zh, row.name_en or row.name_zh)


def name_base(session: Session, actor: Actor, *, zh: str, en: str = "") -> bool:
    """Name the base, or name it anew; return whether that changed anything.

    What is printed from then on bears the name, of past months, too.

    Raises:
        InputError: it is no name in Chinese, or one of them is too long or cannot be printed.
    """
    zh, en = zh.strip(), en.strip()
    if len(zh) > MOST_CHINESE or len(_CHINESE.findall(zh)) < _LEAST_CHINESE or not zh.isprintable():
        raise InputError("base_name.zh", most=MOST_CHINESE, place="name_zh")
    if len(en) > MOST_ENGLISH or not en.isprintable():
        raise InputError("base_name.en", most=MOST_ENGLISH, place="name_en")
    before, after = base_name(session), Text(zh, en or zh)
    if after == before:
        return False
    row = BaseName(
        name_zh=zh, name_en=en or None, named_by_id=actor.account_id, named_at=clock.now()
    )
    session.add(row)
    session.flush()
    audit.record(
        session,
        actor,
        "base.name",
        "base",
        row.id,
        before=None if before is None else before._asdict(),
        after=after._asdict(),
    )
    return True
