"""What measures of hours share."""

from __future__ import annotations

from typing import Final

MINUTES_IN_HOUR: Final = 60
