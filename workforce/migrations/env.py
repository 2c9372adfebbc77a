"""Run by Alembic: hands it the open connection and the models."""

from __future__ import annotations

from typing import Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext

from workforce.migrations import load_models
from workforce.platform.crypto import Encrypted
from workforce.platform.db import Base, UtcDateTime


def _render_type(
    kind: str,
    item: object,
    _autogenerate: AutogenContext,
) -> str | Literal[False]:
    """Write our own column types as what they are in the database: a migration outlives the code."""
    if kind == "type" and isinstance(item, Encrypted):
        return "sa.String(length=255)"
    if kind == "type" and isinstance(item, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    return False


load_models()

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    # SQLite changes a table by copying it.
    render_as_batch=True,
    render_item=_render_type,
)
with context.begin_transaction():
    context.run_migrations()
