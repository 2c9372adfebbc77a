"""For tests that must hold on SQLite and on PostgreSQL."""

import pytest

both_engines = pytest.mark.parametrize(
    "engine_name",
    ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)],
)
