"""The use of seats in published months, protected."""
