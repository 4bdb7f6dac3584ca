"""What speaks to resources: resets carried out on real systems."""
