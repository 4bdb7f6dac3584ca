"""Sends every event to SIEM destinations, each at its own pace: nothing else waits for any of them."""
