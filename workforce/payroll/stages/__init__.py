"""The month as stages: what stands in its way, and who is asked to act."""
