"""Make a contact file like those that people really bring: 10,000 customers in 24 countries.

Everybody in it is invented. The numbers have the form of real ones, so some may belong to someone: send to them through
the simulated carrier only. The same arguments give the same file, byte for byte, on every machine.

What is in it, apart from plain names and plain numbers:

- names with accents inside GSM 03.38 (José, Søren) and outside it (Zoë, Łukasz), in Cyrillic, Greek, Arabic, Chinese,
  Devanagari and Tamil, and with emoji; some without a name, for whom the template has a default;
- `items` of every length, so that with examples/template.txt a text has one, two or three segments in both alphabets;
- commas and double quotes inside fields;
- bad rows: number missing, too short, too long, with letters, of a landline, or given twice (then the last row counts);
- numbers of two countries for which the demo tariff has no price (Greenland, Tonga);
- numbers whose last four digits tell the simulated carrier what shall go wrong (docs/howto/try-error-cases.md).
  No other number ends in 9001 to 9099.

    python examples/make_contacts.py                      writes examples/contacts.csv
    python examples/make_contacts.py --rows 100000 --seed 7 --out big.csv
"""

# ruff: noqa: INP001  (a script on its own)
from __future__ import annotations

import argparse
import csv
import random
import string
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

HERE = Path(__file__).resolve().parent
HEADER = ("number", "first_name", "city", "order", "items", "total")
SCRIPTS_OF_THE_CARRIER = range(9001, 9100)

Row = tuple[str, str, str, str, str, str]
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Country:
    """Where someone lives: how mobile numbers look there, and what people and places are called.

    `starts` are beginnings of mobile numbers after the country code, `digits` their full length.
    `money` is a price tag with a place for the amount.
    """

    code: str
    weight: int
    digits: int
    starts: str
    money: str
    names: str
    cities: str


COUNTRIES = (
    Country("34", 14, 9, "610 616 620 630 645 650 655 661 678 686 699", "{} €",
            "José Lucía Ana Nuño Pilar Begoña Íñigo María Ramón Zoé Iker Martí Núria",
            "Madrid|Málaga|Sevilla|A Coruña|Cádiz|Bilbao|València"),
    Country("351", 8, 9, "910 912 914 925 927 931 934 961 965 968", "{} €",
            "João Inês André Sofia Conceição Rui Beatriz Gonçalo Luís Marta",
            "Porto|Lisboa|Évora|Braga|Vila Nova de Gaia|Setúbal"),
    Country("33", 8, 9, "611 620 633 645 661 670 681 695", "{} €",
            "François Zoë Chloé Anaïs Jérôme Léa Benoît Hélène Paul Maëlle",
            "Lyon|Paris|Orléans|Besançon|Nîmes|Aix-en-Provence"),
    Country("49", 9, 11, "1511 1512 1520 1522 1573 1577 1590 1762 1764", "{} €",
            "Jürgen Anna Groß Käthe Björn Zoë Max Heike Łucja Renée",
            "Köln|Berlin|Gießen|München|Leipzig|Weil am Rhein"),
    Country("39", 5, 10, "320 328 333 340 347 349 380 389 392", "{} €",
            "Nicolò Giulia Andrea Niccolò Chiara Desirée Piero Fabio",
            "Roma|Forlì|Milano|Reggio nell'Emilia|Torino"),
    Country("44", 8, 10, "7400 7480 7511 7590 7712 7734 7801 7850 7903 7950 7980", "£{}",
            "Oliver Siân Amelia Zoë Harry Niamh Dafydd Priya Tomos Eirlys",
            "London|Leeds|Stoke-on-Trent|Cardiff|Belfast|Ynys Môn"),
    Country("45", 2, 8, "2020 2121 2222 2828 3030 4040 4141 5050 5151 6060", "{} kr.",
            "Søren Åse Mette Jørgen Kåre Freja Zoë",
            "København|Aarhus|Ærøskøbing|Aalborg"),
    Country("48", 4, 9, "501 505 512 530 600 601 660 691 728 790", "{} PLN",
            "Łukasz Agnieszka Zofia Paweł Marta Żaneta Jan Małgorzata",
            "Kraków|Łódź|Warszawa|Gdańsk|Opole"),
    Country("420", 2, 9, "601 602 605 720 721 730 731 775 776", "{} CZK",
            "Jiří Věra Tomáš Eliška Petr Šárka Anna",
            "Praha|Brno|Plzeň|Ústí nad Labem"),
    Country("30", 4, 10, "690 693 694 697 698", "{} €",
            "Γιώργος Ελένη Νίκος Αικατερίνη ΖΩΗ Σπύρος Dora",
            "Αθήνα|Πάτρα|Θεσσαλονίκη|Χανιά"),
    Country("359", 2, 9, "878 879 886 887 888 895 896", "{} лв.",
            "Георги Мария Иван Цветелина Борис",
            "София|Варна|Велико Търново"),
    Country("380", 5, 9, "50 63 66 67 68 73 93 95 96 97 98 99", "{} грн",
            "Олена Андрій Соломія Їжак Ганна Юрій Oksana",
            "Київ|Львів|Одеса|Івано-Франківськ"),
    Country("212", 3, 9, "610 661 662 650 670", "{} MAD",
            "محمد فاطمة يوسف خديجة Youssef Salma Fátima",
            "Rabat|الدار البيضاء|فاس|Tanger"),
    Country("20", 3, 10, "100 106 111 114 120 122 128 155", "{} EGP",
            "أحمد مريم عمر نورهان Nour Omar",
            "القاهرة|الجيزة|Alexandria"),
    Country("966", 2, 9, "50 53 54 55 56", "{} SAR",
            "عبدالله سارة فهد نورة Fahd",
            "الرياض|جدة|الدمام"),
    Country("886", 3, 9, "910 912 928 932 955 972 988", "NT${}",
            "怡君 志明 雅婷 家豪 Mei-Ling 司馬相如",
            "台北|高雄|台中|Hualien"),
    Country("852", 2, 8, "510 541 602 614 645 913 941 960 972", "HK${}",
            "子晴 家明 Wing 嘉欣 Jason",
            "九龍|沙田|Kowloon"),
    Country("91", 6, 10, "98 99 97 96 94 93", "Rs {}",
            "Priya Arjun आरव सुनीता Rohan Ananya விஜய்",
            "Mumbai|Pune|दिल्ली|Thiruvananthapuram|Chennai"),
    Country("1", 10, 10, "212 305 312 415 512 617 702 206 303 404", "${}",
            "Olivia Noah Zoë Ava 🌻Sunny Beyoncé Liam Renée DeShawn",
            "Miami|New York|Coeur d'Alene|Cañon City|Austin"),
    Country("1", 3, 10, "416 514 604 613 902", "C${}",
            "Émile Chloe Liam Maïté Noëlle Owen",
            "Toronto|Montréal|Trois-Rivières|Halifax"),
    Country("55", 6, 11, "1196 1197 1198 2197 2198 3198 3199 5198", "R$ {}",
            "João Thaís Luiz Conceição Ana Caetano Antônio",
            "São Paulo|Rio de Janeiro|Belo Horizonte|Curitiba"),
    Country("52", 3, 10, "55 33 81 222 442", "${}",
            "Guadalupe Iván Ximena José Sofía Ángel",
            "Puebla|Cancún|Monterrey|Mérida"),
)  # fmt: skip

WITHOUT_TARIFF = (
    Country("299", 1, 6, "22 23 24 25 26 27 28", "{} kr.", "Aputsiaq Ivalo Nuka Paninnguaq", "Nuuk|Sisimiut|Ilulissat"),
    Country("676", 1, 7, "77 78 88 89", "T${}", "Sione Mele 'Ana Tevita Salote", "Nuku'alofa|Neiafu"),
)

EMOJI = ("🌻", "🚀", "☕", "🎉", "🐈", "👩‍🚀", "🇪🇺", "❤️")

GOODS = (
    "tea", "soap", "honey", "jam", "cups", "lamp", "kettle", "basket", "candle", "teapot", "notebook", "olive oil",
    'frame 8"x10"', 'pan 12"', "linen towel", "wool blanket", "bread knife", "garden chair", "espresso cups, set of 6",
    "coffee beans, 1 kg", "rain jacket, blue", "desk calendar with stand", "cast iron casserole, 4 l",
)  # fmt: skip

# Letters that GSM 03.38 has. The maker counts for itself, so that it can check the product and not the other way round.
GSM_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./:;<=>?¡ÄÖÑÜ§¿äöñüà" + string.ascii_letters + string.digits
)
GSM_EXTENDED = frozenset("\f^{}\\[~]|€")


@dataclass(frozen=True, slots=True)
class Plan:
    """How many rows of each kind, and which scripts of the simulated carrier they call for."""

    rows: int
    bad: int
    without_tariff: int
    scripted: int
    scripts: range


class Dice:
    """Chance that falls alike on every version of Python: `random()` is promised to, `choice` and `shuffle` are not."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed).random  # noqa: S311  (nothing secret is made here)

    def below(self, limit: int) -> int:
        """Return a whole number from 0 to `limit` - 1."""
        return int(self._random() * limit)

    def one_of(self, things: Sequence[T]) -> T:
        """Return one of `things`."""
        return things[self.below(len(things))]

    def happens(self, percent: int) -> bool:
        """Say yes in so many cases of a hundred."""
        return self.below(100) < percent

    def mixed(self, things: Sequence[T]) -> list[T]:
        """Return all of `things` in another order."""
        left = list(things)
        return [left.pop(self.below(len(left))) for _ in things]


def length(text: str) -> tuple[bool, int]:
    """Return whether a text needs UCS-2, and its length in septets or UTF-16 units."""
    if all(char in GSM_BASIC or char in GSM_EXTENDED for char in text):
        return False, sum(2 if char in GSM_EXTENDED else 1 for char in text)
    return True, len(text.encode("utf-16-be")) // 2


def rendered(row: Row) -> str:
    """Return the text that examples/template.txt makes of a row."""
    _, name, city, order, items, total = row
    return f"Hi {name or 'there'}, order {order} to {city}: {items}. Total {total}."


class Maker:
    """Invents rows; knows which numbers it gave out."""

    def __init__(self, seed: int) -> None:
        self.dice = Dice(seed)
        self._crowd = [country for country in COUNTRIES for _ in range(country.weight)]
        self._taken: set[str] = set()

    def row(self, *, script: int | None = None) -> Row:
        """Return someone of one of the countries with a tariff; `script` is the end of their number."""
        country = self.dice.one_of(self._crowd)
        return self.person(country, self.number(country, script=script))

    def row_without_tariff(self) -> Row:
        """Return someone to whom there is no price."""
        country = self.dice.one_of(WITHOUT_TARIFF)
        return self.person(country, self.number(country))

    def number(self, country: Country, *, script: int | None = None) -> str:
        """Return a number that nobody has yet; without `script` it means nothing to the simulated carrier."""
        while True:
            national = self.dice.one_of(country.starts.split())
            if country.code == "1":
                national += self.dice.one_of("23456789")
            while len(national) < country.digits:
                national += self.dice.one_of(string.digits)
            if script is not None:
                national = national[:-4] + f"{script:04d}"
            number = f"+{country.code}{national}"
            # In North America an exchange such as 211 or 911 is a service, and 555 is for films.
            service = country.code == "1" and (national[4:6] == "11" or national[3:6] == "555")
            planned = script is not None or int(number[-4:]) not in SCRIPTS_OF_THE_CARRIER
            if planned and not service and number not in self._taken:
                self._taken.add(number)
                return number

    def person(self, country: Country, number: str) -> Row:
        """Return a row: who it is, and an order that makes the text of a wanted number of segments."""
        name = self.dice.one_of(country.names.split())
        if self.dice.happens(3):
            name = f"{name} {self.dice.one_of(EMOJI)}"
        elif self.dice.happens(2):
            name = ""
        city = self.dice.one_of(country.cities.split("|"))
        order = f"{self.dice.one_of('ABCDEFGHKLMN')}{1000 + self.dice.below(9000)}"
        total = country.money.format(f"{5 + self.dice.below(240)}.{self.dice.one_of(('00', '50', '90', '95'))}")
        draw = self.dice.below(100)
        segments = 1 if draw < 68 else 2 if draw < 90 else 3
        return self._fill((number, name, city, order, self.item(), total), segments)

    def item(self) -> str:
        """Return one thing on an order."""
        return f"{1 + self.dice.below(4)} x {self.dice.one_of(GOODS)}"

    def _fill(self, row: Row, segments: int) -> Row:
        """Add things to the order while its text stays within so many segments."""
        missed = 0
        while missed < 3:  # the next thing may be a shorter one
            longer = (*row[:4], f"{row[4]}, {self.item()}", row[5])
            ucs2, size = length(rendered(longer))
            single, part = (70, 67) if ucs2 else (160, 153)
            if size > (single if segments == 1 else part * segments):
                missed += 1
                continue
            row = longer
            if size > part * (segments - 1) and self.dice.happens(35):
                break
        return row


def bad_rows(maker: Maker, count: int, good: Sequence[Row]) -> list[Row]:
    """Return rows that an import must name: six kinds in turn."""
    pick = maker.dice.one_of
    spoil: tuple[Callable[[Row], str], ...] = (
        lambda _: "",
        lambda row: row[0][:5],
        lambda row: row[0] + "123456",
        lambda row: row[0][:-4] + pick(("GOLD", "home", "x123", "l0O1")),
        lambda _: pick(("+3491", "+3493")) + pick("4567") + "".join(pick("0123456789") for _ in range(6)),
        lambda _: pick(good)[0],
    )
    rows: list[Row] = []
    for i in range(count):
        row = maker.row()
        rows.append((spoil[i % len(spoil)](row), *row[1:]))
    return rows


def make(plan: Plan, *, seed: int) -> list[Row]:
    """Return the rows of a contact file, mixed."""
    maker = Maker(seed)
    plain = plan.rows - plan.bad - plan.without_tariff - plan.scripted
    rows = [maker.row() for _ in range(plain)]
    special = bad_rows(maker, plan.bad, rows)
    rows += [maker.row_without_tariff() for _ in range(plan.without_tariff)]
    rows += [maker.row(script=plan.scripts[i % len(plan.scripts)]) for i in range(plan.scripted)]
    return maker.dice.mixed(rows + special)


def main() -> None:
    """Read the arguments and write the file."""
    parser = argparse.ArgumentParser(
        description="Make a contact file for trying things out; everybody in it is invented."
    )
    parser.add_argument("--rows", type=int, default=10_000, help="rows in all, the special ones included")
    parser.add_argument("--seed", type=int, default=1844, help="another seed, other people")
    parser.add_argument("--bad", type=int, default=42, help="rows with a missing, wrong or repeated number")
    parser.add_argument("--without-tariff", type=int, default=60, help="numbers without a price in the demo tariff")
    parser.add_argument("--scripted", type=int, default=90, help="numbers that make the simulated carrier misbehave")
    parser.add_argument("--first-script", type=int, default=9001, help="last four digits of the first of them")
    parser.add_argument("--last-script", type=int, default=9030, help="last four digits of the last of them")
    parser.add_argument("--out", type=Path, default=HERE / "contacts.csv", help="where to write")
    args = parser.parse_args()
    plan = Plan(
        rows=args.rows,
        bad=args.bad,
        without_tariff=args.without_tariff,
        scripted=args.scripted,
        scripts=range(args.first_script, args.last_script + 1),
    )
    with args.out.open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(HEADER)
        out.writerows(make(plan, seed=args.seed))


if __name__ == "__main__":
    main()
