"""Returns: what companies report to the bureau each month, and what it answers."""
