"""Tests of `ops/runtime`."""
