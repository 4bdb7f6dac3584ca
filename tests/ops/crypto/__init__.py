"""Tests of `ops/crypto`."""
