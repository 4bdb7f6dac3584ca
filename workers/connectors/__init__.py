"""How each kind of resource is signed in to, and its passwords changed."""
