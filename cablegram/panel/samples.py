"""Fifty people who do not exist, in six languages: valid mobile numbers for which the simulated carrier answers. Pure.

The numbers never end in 9001 to 9099, which the simulated carrier keeps for what goes wrong.
"""

from __future__ import annotations

from cablegram.kit import csvio

COLUMNS = ("number", "first_name", "city", "language")

# First digits of the numbers, the language, the city, the names.
_PLACES = (
    ("3460010", "es", "Madrid", "Ana Inés Javier Lucía Mateo Nuria Pablo Rocío Sergio"),
    ("4474001", "en", "Leeds", "Amelia Callum Freya George Harriet Isla Jack Niamh Oliver"),
    ("3806712", "uk", "Київ", "Олена Андрій Ганна Дмитро Марія Тарас Юлія Ярослав"),
    ("2126614", "ar", "الدار البيضاء", "يوسف فاطمة أمين خديجة كريم ليلى سعيد نور"),
    ("8869123", "zh", "臺北", "美玲 志明 淑芬 建宏 雅婷 家豪 怡君 俊傑"),
    ("4860155", "pl", "Wrocław", "Łucja Zbigniew Małgorzata Paweł Grażyna Tomasz Żaneta Błażej"),
)
_LENGTHS = {"34": 11, "44": 12, "38": 12, "21": 12, "88": 12, "48": 11}


def sample_file() -> bytes:
    """Return the people as a contact file."""
    rows = [
        [f"+{_number(head, place)}", name, city, language]
        for head, language, city, names in _PLACES
        for place, name in enumerate(names.split())
    ]
    return csvio.write([list(COLUMNS), *rows])


def _number(head: str, place: int) -> str:
    """Write a number of its country's length; the last four digits begin with 1."""
    return f"{head}{1101 + 7 * place:0{_LENGTHS[head[:2]] - len(head)}d}"
