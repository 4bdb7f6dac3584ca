"""Tests of `ops/migrations`."""
