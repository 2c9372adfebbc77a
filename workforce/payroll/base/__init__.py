"""The yearly change of the insurance base, and what it changes of months already paid."""
