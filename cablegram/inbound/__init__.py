"""What happens to a text that comes in."""
