"""Short links: a code for each person in place of a link, where it leads, and who opened it."""
