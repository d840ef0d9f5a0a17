"""The panel: pages a person works with. A door: it parses, asks a room, and draws."""
