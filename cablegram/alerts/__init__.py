"""What people are told by mail: which events, who hears of them, how soon, and that a storm of them is one letter."""
