"""Subsidies: who is eligible with which evidence, and the headcount behind a claim."""
