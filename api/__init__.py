"""What speaks to people: the HTTP interface."""
