"""Jobs: work that somebody starts, leaves and comes back to, done by the `work` processes; and its files."""
