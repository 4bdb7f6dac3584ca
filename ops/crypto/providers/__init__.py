"""Where a root comes from: a port of three methods, and those who implement it."""
