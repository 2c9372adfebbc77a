"""What can turn out late about a locked month: a class a kind, laid over its rows."""
