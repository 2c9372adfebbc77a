"""From a file of unknown origin to rows of cells, each with its place; nothing of it is executed."""
