"""Made-up but believable data for a first look: never loaded outside ``workforce demo``.

The small size: ``world`` says who there is, ``month`` what they did, ``files`` writes it down as the
files that annotation companies really have, and ``story`` brings these through the same doors as a
user would. The large sizes: ``bulk_world``, ``bulk_persons`` and ``bulk_month`` say the same in NumPy
columns, ``bulk_people`` and ``bulk_rows`` put them into the tables, and ``bulk_story`` tells it.
``history`` tells the years of the ``county`` size before its payroll: returns, and companies that came.
``telling`` is what both share: steps, accounts, how a month is paid; ``scenes`` what people confirm, ask
and answer.
"""
