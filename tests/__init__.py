"""What is true of Strongroom, said as sentences."""
