"""Killing what works at random moments: every slip exists once, every mail went out once or is doubtful."""
