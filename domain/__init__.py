"""What is true: aggregates, their events, the rules; nothing here does input or output."""
