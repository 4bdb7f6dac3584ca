"""The event log: its port, its drivers, its bytes."""
