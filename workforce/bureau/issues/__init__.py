"""Publishing: protected figures of closed months, frozen as issues, revised, and read."""
