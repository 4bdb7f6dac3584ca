"""What Strongroom does in a second, measured on its own code beside the goals of its design: `make bench`."""
