"""The way out and back: claim what fits the open window, write it, record every answer and receipt."""
