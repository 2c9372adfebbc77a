"""Writing the demo down as the files that annotation companies really have."""
