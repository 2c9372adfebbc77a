"""Contributions: the base between the limits in force, each scheme and side rounded to the fen."""

import numpy as np

from workforce.core.money import MICRO, Column, round_half_up


def clamp(base_fen: Column, floor_fen: Column, cap_fen: Column) -> Column:
    """Return the base within the limits."""
    return np.minimum(np.maximum(base_fen, floor_fen), cap_fen)


def share(base_fen: Column, rate_micro: Column) -> Column:
    """Return base × rate."""
    return round_half_up(base_fen * rate_micro, MICRO)
