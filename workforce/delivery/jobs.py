"""What the worker does for this slice."""

from __future__ import annotations

from typing import Final

from workforce.delivery.mailing import MAIL, MAIL_HOURLY
from workforce.delivery.reminding import REMIND, REMIND_WEEKLY

JOBS: Final = (MAIL, REMIND)
SCHEDULES: Final = (MAIL_HOURLY, REMIND_WEEKLY)
