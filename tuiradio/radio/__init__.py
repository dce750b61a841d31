"""What plays next: pure functions, no I/O, no clock, randomness passed in."""
