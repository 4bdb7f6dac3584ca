"""Tests of `ops/ledger`."""
