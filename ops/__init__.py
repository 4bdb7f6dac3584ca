"""The ground: log, bus, database, keys, settings, telemetry, deployment."""
