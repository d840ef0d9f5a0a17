"""One message, from accepted to its final word."""
