"""Message templates: texts with variables, compiled once and rendered for each recipient. Pure."""
