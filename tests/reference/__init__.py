"""A second opinion on pay: the engine held against `workforce.audit_pack.checker`.

The checker is the scenario rules written again, for one person, in plain fractions; it imports nothing
of the engine, reads a scenario as the text it is and works out every line. `generator.scenario` makes random valid scenarios from a seed; `compare` sets the two
calculations side by side; `fuzz` does so by the ten thousand (``make fuzz``).
"""
