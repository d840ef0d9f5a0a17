"""The command line: the roof. It builds the Runtime, puts the rooms together and holds no decisions."""
