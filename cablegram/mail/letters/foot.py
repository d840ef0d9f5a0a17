"""What stands below every letter."""

from __future__ import annotations

# Of one that somebody may do without: why they get it, and what leads to the choice.
CHOICE = {
    "en": ("You get this because you have a part in an account here.", "Choose what you are told of"),
    "es": ("Recibes este correo porque participas en una cuenta de aquí.", "Elige de qué te avisamos"),
}
PLAIN = {
    "en": "Sent by itself: nobody reads answers to it.",
    "es": "Se envía de forma automática: nadie lee las respuestas.",
}
