"""A witness: a small program for somebody else's machine, that remembers the last checkpoint it saw of each log."""
