"""What shows things: read models folded from the log, and their questions."""
