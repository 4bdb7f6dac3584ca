"""How each kind of resource is spoken to."""
