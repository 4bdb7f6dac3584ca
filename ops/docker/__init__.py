"""What only containers need."""
