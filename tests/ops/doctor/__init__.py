"""Tests of `ops/doctor`."""
