"""What stands below every letter."""

from __future__ import annotations

# Of one that somebody may do without: why they get it, and what leads to the choice.
CHOICE = {
    "en": ("You get this because you have a part in an account here.", "Choose what you are told of"),
    "es": ("Recibes este correo porque participas en una cuenta de aquí.", "Elige de qué te avisamos"),
}
# Of one to an address that agreed to get it, whose reader need not have a login here.
STOP = {
    "en": ("You get this because somebody who reads this address agreed to it.", "End these letters"),
    "es": ("Recibes este correo porque quien lee esta dirección lo aceptó.", "No recibir más estos correos"),
}
PLAIN = {
    "en": "Sent by itself: nobody reads answers to it.",
    "es": "Se envía de forma automática: nadie lee las respuestas.",
}
