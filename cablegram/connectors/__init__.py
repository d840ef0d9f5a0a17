"""How a message leaves and comes back: one file a kind of provider, and what they all promise."""
