"""Made-up but believable data for a first look: never loaded outside ``workforce demo``.

``world`` says who there is, ``month`` what they did, ``files`` writes it down as the files that
annotation companies really have, and ``story`` brings these through the same doors as a user would.
"""
