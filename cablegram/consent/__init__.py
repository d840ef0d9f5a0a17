"""May we write to a person, and what did they answer: opt-in, opt-out, blacklist, and the rules that say no."""
