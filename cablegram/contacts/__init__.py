"""People: their numbers and variables, the lists they are in, and the files they come from."""
