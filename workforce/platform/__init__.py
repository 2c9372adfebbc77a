"""Flask and SQLAlchemy plumbing that knows no business word."""
