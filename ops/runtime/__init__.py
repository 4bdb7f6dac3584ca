"""The servers and processes of `strongroom up`."""
