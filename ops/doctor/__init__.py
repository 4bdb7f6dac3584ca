"""What `strongroom doctor` checks."""
