"""Databases and roles: made, and brought up to date."""
