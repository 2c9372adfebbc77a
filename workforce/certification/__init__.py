"""Levels of the occupation, certificates, and which work needs one."""
