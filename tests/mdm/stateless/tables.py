"""Small tables of people with known duplicates, written as a stranger's files."""

from __future__ import annotations

import csv
import random
from pathlib import Path

GIVEN = "Anna Paul Maria Peter Karl Lena Otto Ida Emil Rosa Hugo Clara Max Nora Felix Greta".split()
FAMILY = (
    "Berg Kurz Hoffmann Lindner Wexler Aumann Brandt Dietz Ebert Falk Gerber Haas Jansen Kessler Lorenz"
    " Maurer Neubert Oswald Pohl Richter Sauer Thiel Ullrich Vogt Winter Zeller"
).split()
CITIES = "Ulm Bonn Kiel Jena Trier Mainz Fulda Celle".split()
COLUMNS = ("id", "first_name", "last_name", "email", "city", "dob", "system")
Row = tuple[str, ...]


def people(count: int = 120, copies: int = 40) -> list[Row]:
    """Rows of people; the last `copies` repeat the first ones with a slip each. Always the same rows."""
    dice = random.Random(7)
    rows: list[Row] = []
    for number in range(count):
        first, last = dice.choice(GIVEN), dice.choice(FAMILY)
        born = f"{dice.randint(1950, 2000)}-{dice.randint(1, 12):02d}-{dice.randint(1, 28):02d}"
        mail = "".join(dice.choices("abcdefghijklmnopqrstuvwxyz", k=9)) + "@post.example.org"
        rows.append((f"p{number}", first, last, mail, dice.choice(CITIES), born, "crm"))
    for number in range(copies):
        _, first, last, mail, city, born, _ = rows[number]
        slip = last[:-2] + last[-1] + last[-2]
        rows.append((f"p{count + number}", first, slip, mail, city if number % 2 else "", born, "shop"))
    return rows


def write(path: Path, rows: list[Row], columns: Row = COLUMNS) -> Path:
    """Write the rows as a CSV file."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(columns)
        writer.writerows(rows)
    return path
