"""Make the demo tariff: an invented price for every dialling prefix, so that a first message needs no set-up.

The prices are made up. They have the shape of real ones (a few cheap markets, a long tail of dear ones, some operators
dearer than their neighbours) and nothing else in common with them. Replace them before anyone pays for anything:
`cablegram tariffs import FILE` takes a file of the same form, header `prefix,country,name,price`:

- `prefix`: digits after the plus; of all prefixes that fit a number, the longest decides;
- `country`: ISO 3166-1, two letters (XK for Kosovo); `name`: for people;
- `price`: credits per segment, at most 6 decimals.

Greenland (299) and Tonga (676) are left out on purpose, so that the demo shows what a missing tariff looks like.

    python examples/make_tariffs.py      writes cablegram/billing/demo_tariff.csv and examples/tariffs.csv
"""

# ruff: noqa: INP001  (a script on its own)
from __future__ import annotations

import csv
import zlib
from decimal import Decimal
from pathlib import Path

HERE = Path(__file__).resolve().parent

# Letter of a price level -> credits per segment; every prefix then lies up to 10 % above or below its level.
LEVELS = {"a": "0.80", "b": "1.40", "c": "2.20", "d": "3.40", "e": "5.00", "f": "7.50"}

# The prices that documentation and first steps speak of stay round.
ROUND = {"1": "1", "34": "2", "351": "1.5"}

# prefix, country, price level, name
PLAIN = """
1 US a United States
20 EG d Egypt
211 SS e South Sudan
212 MA d Morocco
213 DZ e Algeria
216 TN e Tunisia
218 LY e Libya
220 GM d Gambia
221 SN d Senegal
222 MR e Mauritania
223 ML e Mali
224 GN e Guinea
225 CI d Côte d'Ivoire
226 BF d Burkina Faso
227 NE e Niger
228 TG d Togo
229 BJ d Benin
230 MU c Mauritius
231 LR d Liberia
232 SL d Sierra Leone
233 GH c Ghana
234 NG c Nigeria
235 TD e Chad
236 CF e Central African Republic
237 CM d Cameroon
238 CV d Cabo Verde
239 ST e São Tomé and Príncipe
240 GQ e Equatorial Guinea
241 GA d Gabon
242 CG d Congo
243 CD d Congo (Kinshasa)
244 AO c Angola
245 GW e Guinea-Bissau
246 IO f British Indian Ocean Territory
247 AC f Ascension Island
248 SC d Seychelles
249 SD d Sudan
250 RW c Rwanda
251 ET d Ethiopia
252 SO d Somalia
253 DJ d Djibouti
254 KE b Kenya
255 TZ c Tanzania
256 UG c Uganda
257 BI d Burundi
258 MZ c Mozambique
260 ZM c Zambia
261 MG d Madagascar
262 RE d Réunion
262269 YT d Mayotte
262639 YT d Mayotte
263 ZW d Zimbabwe
264 NA b Namibia
265 MW c Malawi
266 LS c Lesotho
267 BW b Botswana
268 SZ c Eswatini
269 KM e Comoros
27 ZA a South Africa
290 SH f Saint Helena
291 ER f Eritrea
297 AW d Aruba
298 FO b Faroe Islands
30 GR c Greece
31 NL d Netherlands
32 BE d Belgium
33 FR c France
34 ES b Spain
350 GI b Gibraltar
351 PT b Portugal
352 LU b Luxembourg
353 IE c Ireland
354 IS c Iceland
355 AL c Albania
356 MT c Malta
357 CY b Cyprus
358 FI c Finland
35818 AX c Åland Islands
3584570 AX c Åland Islands
359 BG c Bulgaria
36 HU c Hungary
370 LT b Lithuania
371 LV b Latvia
372 EE c Estonia
373 MD c Moldova
374 AM d Armenia
375 BY e Belarus
376 AD c Andorra
377 MC d Monaco
378 SM c San Marino
379 VA c Vatican City
380 UA d Ukraine
381 RS c Serbia
382 ME c Montenegro
383 XK d Kosovo
385 HR c Croatia
386 SI c Slovenia
387 BA c Bosnia and Herzegovina
389 MK c North Macedonia
39 IT c Italy
40 RO c Romania
41 CH c Switzerland
420 CZ c Czechia
421 SK c Slovakia
423 LI b Liechtenstein
43 AT d Austria
44 GB b United Kingdom
441481 GG c Guernsey
447781 GG c Guernsey
447839 GG c Guernsey
447911 GG c Guernsey
441534 JE c Jersey
447509 JE c Jersey
447797 JE c Jersey
447937 JE c Jersey
441624 IM c Isle of Man
447524 IM c Isle of Man
447624 IM c Isle of Man
447924 IM c Isle of Man
45 DK b Denmark
46 SE c Sweden
47 NO c Norway
4779 SJ c Svalbard and Jan Mayen
48 PL b Poland
49 DE d Germany
500 FK f Falkland Islands
501 BZ d Belize
502 GT d Guatemala
503 SV c El Salvador
504 HN c Honduras
505 NI d Nicaragua
506 CR b Costa Rica
507 PA d Panama
508 PM d Saint Pierre and Miquelon
509 HT d Haiti
51 PE b Peru
52 MX b Mexico
53 CU d Cuba
54 AR d Argentina
55 BR b Brazil
56 CL c Chile
57 CO a Colombia
58 VE d Venezuela
590 GP d Guadeloupe
591 BO d Bolivia
592 GY d Guyana
593 EC d Ecuador
594 GF d French Guiana
595 PY c Paraguay
596 MQ d Martinique
597 SR d Suriname
598 UY c Uruguay
5993 BQ d Caribbean Netherlands
5994 BQ d Caribbean Netherlands
5997 BQ d Caribbean Netherlands
5999 CW d Curaçao
60 MY c Malaysia
61 AU b Australia
6189162 CC c Cocos (Keeling) Islands
6189164 CX c Christmas Island
62 ID f Indonesia
63 PH c Philippines
64 NZ d New Zealand
65 SG b Singapore
66 TH a Thailand
670 TL e Timor-Leste
672 NF f Norfolk Island
673 BN a Brunei
674 NR f Nauru
675 PG e Papua New Guinea
677 SB e Solomon Islands
678 VU d Vanuatu
679 FJ d Fiji
680 PW e Palau
681 WF f Wallis and Futuna
682 CK e Cook Islands
683 NU f Niue
685 WS d Samoa
686 KI f Kiribati
687 NC e New Caledonia
688 TV f Tuvalu
689 PF e French Polynesia
690 TK f Tokelau
691 FM e Micronesia
692 MH e Marshall Islands
7 RU e Russia
76 KZ e Kazakhstan
77 KZ e Kazakhstan
81 JP d Japan
82 KR b South Korea
84 VN e Vietnam
850 KP f North Korea
852 HK c Hong Kong
853 MO b Macao
855 KH d Cambodia
856 LA d Laos
86 CN b China
880 BD f Bangladesh
886 TW c Taiwan
90 TR a Türkiye
91 IN b India
92 PK e Pakistan
93 AF e Afghanistan
94 LK e Sri Lanka
95 MM e Myanmar
960 MV b Maldives
961 LB d Lebanon
962 JO e Jordan
963 SY e Syria
964 IQ e Iraq
965 KW d Kuwait
966 SA d Saudi Arabia
967 YE e Yemen
968 OM d Oman
970 PS e Palestine
971 AE c United Arab Emirates
972 IL d Israel
973 BH b Bahrain
974 QA c Qatar
975 BT d Bhutan
976 MN d Mongolia
977 NP e Nepal
98 IR d Iran
992 TJ e Tajikistan
993 TM e Turkmenistan
994 AZ e Azerbaijan
995 GE c Georgia
996 KG e Kyrgyzstan
998 UZ e Uzbekistan
"""

# Country code 1 is shared by 25 countries and areas; those beside the United States own area codes.
AREA_CODES = """
CA a Canada: 204 226 236 249 250 257 263 289 306 343 354 365 367 368 382 387 403 416 418 428 431 437 438 450 460 468 474
CA a Canada: 506 514 519 548 579 581 584 587 600 604 613 639 647 672 683 705 709 742 753 778 780 782 807 819 825 867 873
CA a Canada: 879 902 905 942
BS c Bahamas: 242
BB d Barbados: 246
AI d Anguilla: 264
AG d Antigua and Barbuda: 268
VG d British Virgin Islands: 284
VI c US Virgin Islands: 340
KY d Cayman Islands: 345
BM c Bermuda: 441
GD d Grenada: 473
TC d Turks and Caicos Islands: 649
JM d Jamaica: 658 876
MS d Montserrat: 664
MP c Northern Mariana Islands: 670
GU c Guam: 671
AS d American Samoa: 684
SX d Sint Maarten: 721
LC d Saint Lucia: 758
DM d Dominica: 767
VC d Saint Vincent and the Grenadines: 784
PR b Puerto Rico: 787 939
DO c Dominican Republic: 809 829 849
TT d Trinidad and Tobago: 868
KN d Saint Kitts and Nevis: 869
"""

# Ranges that one operator was given: the price may differ from the country's.
RANGES = """
3519 1 PT b Portugal
3519 2 PT c Portugal
3519 3 PT b Portugal
3519 6 PT b Portugal
380 50 UA d Ukraine
380 63 UA e Ukraine
380 67 UA d Ukraine
380 68 UA d Ukraine
380 93 UA e Ukraine
380 99 UA d Ukraine
212 61 MA d Morocco
212 66 MA d Morocco
55 11 BR a Brazil
55 21 BR a Brazil
48 50 PL b Poland
48 60 PL a Poland
49 151 DE d Germany
49 176 DE e Germany
7 900 RU f Russia
7 916 RU e Russia
"""

# The short example: the countries that most rows of examples/contacts.csv go to.
EXAMPLE = """
1 1204 1416 20 212 30 33 34 351 35192
380 38063 39 44 48 49 55 5511 886 91
"""

Row = tuple[str, str, str, str]


def price(prefix: str, level: str) -> str:
    """Return the invented price of a prefix in credits per segment, always the same for the same prefix."""
    if prefix in ROUND:
        return ROUND[prefix]
    percent = 90 + zlib.crc32(prefix.encode()) % 21
    return str((Decimal(LEVELS[level]) * percent / 100).quantize(Decimal("0.01")))


def rows() -> list[Row]:
    """Return all rows, each prefix beside the longer ones that begin with it."""
    found: list[Row] = []
    for line in PLAIN.split("\n"):
        if line:
            prefix, country, level, name = line.split(" ", 3)
            found.append((prefix, country, name, price(prefix, level)))
    for line in AREA_CODES.split("\n"):
        if line:
            head, codes = line.split(": ")
            country, level, name = head.split(" ", 2)
            # One price for a country: it is made from its own name, not from each of its area codes.
            found.extend((f"1{code}", country, name, price(country, level)) for code in codes.split())
    for line in RANGES.split("\n"):
        if line:
            country_code, part, country, level, name = line.split(" ", 4)
            prefix = country_code + part
            found.append((prefix, country, f"{name}, range {prefix}", price(prefix, level)))
    return sorted(found)


def write(path: Path, lines: list[Row]) -> None:
    """Write a tariff file: UTF-8, LF."""
    with path.open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(("prefix", "country", "name", "price"))
        out.writerows(lines)


def main() -> None:
    """Write both files."""
    found = rows()
    write(HERE.parent / "cablegram" / "billing" / "demo_tariff.csv", found)
    write(HERE / "tariffs.csv", [row for row in found if row[0] in EXAMPLE.split()])


if __name__ == "__main__":
    main()
