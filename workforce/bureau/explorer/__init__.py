"""Asking the cubes: choose rows, columns, measures and months; see, save, share and take along the answer.

``choice`` is the question, which is the address; ``months`` where figures come from; ``asking`` answers
with a ``view``, from which ``chart``, ``svg`` and ``files`` are written; ``cubes`` hands out all at once.
"""
