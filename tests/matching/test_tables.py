"""Tables whose sources keep one thing in different columns, units and spellings."""

from __future__ import annotations

import pytest

from matching.column_types import profile
from matching.generic import infer
from matching.readings import reading_of
from matching.spills import spilled
from matching.standardise.durations import duration_of, seconds_of, year_of
from matching.stateless import match_records
from matching.weights import SEPARATOR

WORDS = (
    "amber birch cedar delta ember flint grove heron inlet jetty koala lemon maple nylon otter pearl".split()
)


def songs(count: int) -> list[dict[str, str]]:
    """Songs as one source gives them: a column for each thing, and minutes and seconds."""
    return [
        {
            "title": f"{WORDS[row % 16]} {WORDS[(row // 16 + 3) % 16]} {WORDS[(5 * row + 1) % 16]}",
            "artist": f"{WORDS[(3 * row) % 16]} and the {WORDS[(row // 3) % 16]}s",
            "length": f"{2 + row % 4}:{(7 * row) % 60:02d}",
            "year": str(1960 + row % 50),
        }
        for row in range(count)
    ]


def retold(song: dict[str, str]) -> dict[str, str]:
    """The same song of another source: the artist stands before the title, the length in seconds."""
    minutes, seconds = song["length"].split(":")
    return {
        "title": f"{song['artist']} - {song['title']}",
        "length": str(60 * int(minutes) + int(seconds)),
        "year": f"'{song['year'][2:]}",
    }


def test_songs_are_found_again_where_another_source_keeps_their_artist_in_the_title() -> None:
    mine = songs(120)
    rows = mine + [retold(song) for song in mine]
    names = [("a" if row < 120 else "b", "song", str(row % 120)) for row in range(240)]
    matched = match_records(rows, names)
    comparisons = {entry.name: entry.kernel for entry in matched.plan.spec.comparisons}
    assert comparisons == {
        "title": "text_in_context", "artist": "text", "length": "duration", "year": "year",
    }  # fmt: skip
    frame = matched.resolution.frame
    groups = [sorted(frame.names[row] for row in group) for group in matched.resolution.groups]
    pairs = [group for group in groups if len(group) == 2 and group[0][2] == group[1][2]]
    assert len(pairs) >= 115
    assert len(groups) <= 125


def test_columns_that_hold_nothing_of_each_other_are_compared_apart() -> None:
    spec = infer([song for song in songs(120) if song["year"] != "1960"]).spec
    assert all(column.reading != "in_context" for column in spec.columns)


def test_a_number_before_a_title_is_known_from_the_column_that_holds_it() -> None:
    rows = [{**song, "track": str(1 + row % 12)} for row, song in enumerate(songs(120))]
    numbered = [{**row, "title": f"{int(row['track']):03d}-{row['title']}"} for row in rows]
    spec = infer(rows + numbered).spec
    column = spec.column("title in context")
    assert column.inputs == ("title", "track")
    read = reading_of(column)
    assert list(read(("007-Amber Birch", "7"))) == [f"amber birch{SEPARATOR}7"]
    assert list(read(("1999 - Amber", "7"))) == [f"1999 amber{SEPARATOR}7"]
    assert list(read(("007-", "7"))) == []


def test_what_only_says_that_it_is_not_known_is_left_out_of_brackets() -> None:
    spec = infer([{**song, "track": "1", "title": f"1. {song['title']}"} for song in songs(60)]).spec
    read = reading_of(spec.column("title in context"))
    assert list(read(("Amber (unknown)", None))) == [f"amber{SEPARATOR}"]
    assert list(read(("Amber (live)", None))) == [f"amber live{SEPARATOR}"]


def test_values_that_come_by_chance_are_no_spill() -> None:
    rows = [
        {"title": song["title"], "mood": song["title"].split()[row % 3]}
        for row, song in enumerate(songs(120))
    ]
    for row in rows[::2]:
        row["mood"] = ""
    raw = {name: [row[name] or None for row in rows] for name in ("title", "mood")}
    used = {name: profile(name, raw[name]) for name in raw}
    assert spilled({**used, "mood": used["mood"]}, raw) == {}


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("4:07", 247), ("04:07", 247), ("1:02:30", 3750), ("5m 13sec", 313), ("1h 30m", 5400),
        ("90 min", 5400), ("PT3M20S", 200), ("2 Std. 5 Min.", 7500), ("185", None), ("5", None),
        ("live", None), ("", None),
    ],
)  # fmt: skip
def test_durations_are_read_in_many_spellings(text: str, seconds: int | None) -> None:
    assert seconds_of(text) == seconds


def test_a_plain_number_is_a_duration_of_some_unit() -> None:
    assert [duration_of(text) for text in ("185", "3,183", "0", "many")] == [185.0, 3.183, 0.0, None]


@pytest.mark.parametrize(
    ("text", "year"),
    [("1999", "1999"), ("'99", "99"), ("07", "07"), ("(1995).", "1995"), ("May 2004", "2004"), ("n.a.", ""),
     ("12345", ""), ("7", "")],
)  # fmt: skip
def test_years_are_read_with_two_or_four_digits(text: str, year: str) -> None:
    assert year_of(text) == year


@pytest.mark.parametrize(
    ("header", "values", "kind"),
    [
        ("length", ["04:07", "185", "5m 13sec"], "duration"),
        ("length", ["12.5", "40", "7"], "number"),  # of what cannot be told
        ("opens", ["09:00", "10:30", "11:00"], "name"),
    ],
)
def test_a_duration_is_known_by_its_header_and_its_spelling(
    header: str, values: list[str], kind: str
) -> None:
    assert profile(header, values * 20).kind == kind


def test_house_numbers_in_a_street_column_are_compared_by_themselves() -> None:
    rows = [
        {"name": f"cafe {WORDS[row % 16]}", "addr": f"{row + 10} {WORDS[row % 9]} street"}
        for row in range(60)
    ]
    spec = infer(rows).spec
    assert spec.comparison("addr number").given == "addr"
    read = reading_of(spec.column("addr number"))
    shown = ("3117 ocean park blvd.", "1401 Ocean Ave.", "Lange Str. 12 b", "corner of Main")
    assert [list(read((text,))) for text in shown] == [["3117"], ["1401"], ["12b"], [""]]


def test_a_number_of_its_own_column_is_not_sought_in_the_street() -> None:
    rows = [
        {"name": f"cafe {WORDS[row % 16]}", "street": f"{WORDS[row % 9]} street", "house number": str(row)}
        for row in range(60)
    ]
    both = [*rows, *({**row, "street": f"{row['house number']} {row['street']}"} for row in rows)]
    nowhere = [{"name": row["name"], "street": row["street"]} for row in rows]
    for table in (both, nowhere):
        assert all(column.reading != "house_in_street" for column in infer(table).spec.columns)
