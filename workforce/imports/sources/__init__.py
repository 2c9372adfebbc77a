"""One file, one source format. Adding a module with ``SOURCE`` adds the format."""
