"""Tables of any columns: what many different things share is no evidence that they are one."""

from dataclasses import replace
from random import Random

import numpy as np
import pytest

from matching.blocking import Pairs
from matching.frame import build_frame
from matching.generic import infer
from matching.stateless import match_records
from matching.training import learned_from, observe

WORDS = (
    "amber basin cedar delta ember fjord grove haven indigo juniper kelp lagoon meadow nectar ochre prairie"
    " quartz ridge summit tundra umbra valley willow xenon yarrow zephyr"
).split()


def albums() -> tuple[list[dict[str, str]], list[tuple[str, str, str]]]:
    """40 artists with 6 albums each in one genre; the first album of each of 12 artists stands twice."""
    rows, keys = [], []
    for artist in range(40):
        for album in range(6):
            place = 6 * artist + album
            title = f"{WORDS[place % 26]} {WORDS[(place // 26 + 3 * album) % 26]} {WORDS[(7 * place) % 26]}"
            row = {
                "title": f"{title} {place}",
                "artist": f"the {WORDS[artist % 26]} {WORDS[(artist * 5 + 1) % 26]} band",
                "genre": "rock" if artist % 2 else "folk",
            }
            rows.append(row)
            keys.append(f"{place}")
            if album == 0 and artist < 12:
                rows.append({**row, "title": row["title"].replace("e", "3", 1)})
                keys.append(f"{place}b")
    return rows, [("table", "record", key) for key in keys]


def test_albums_of_one_artist_stay_apart_where_duplicates_are_rare() -> None:
    rows, names = albums()
    groups = match_records(rows, names).resolution.groups
    assert max(map(len, groups)) <= 3  # 19 where look-alikes are not learned


@pytest.mark.parametrize(
    ("rows", "cap"),
    [
        (500, 1000),  # all pairs of a small table are few
        (2_500, 400),
        (10_000, 100),  # from here on the cap of every spec
        (20_000, 100),
    ],
)
def test_more_records_may_share_a_key_in_a_small_table(rows: int, cap: int) -> None:
    table = [{"name": f"{WORDS[row % 26]} {row}"} for row in range(rows)]
    aims = infer(table).spec.aims
    assert (aims.cap, aims.largest_component) == (cap, 3 * cap)


def test_where_most_candidates_match_chance_is_learned_from_random_pairs() -> None:
    """Twelve firms, each written 40 times; of the candidates given, nine in ten are of one firm."""
    rows = [
        {"applicant": f"{WORDS[firm]} {WORDS[firm + 10]} {'nv' * (copy % 4)}", "city": f"town {WORDS[firm]}"}
        for firm in range(12)
        for copy in range(40)
    ]
    spec = replace(infer(rows).spec, relations=())
    frame = build_frame(spec, rows, [("table", "record", str(row)) for row in range(len(rows))])
    left, right = np.triu_indices(len(rows), 1)
    kept = (left // 40 == right // 40) | ((left // 40 + 1 == right // 40) & (left % 40 < 2))
    left, right = left[kept].astype(np.int32), right[kept].astype(np.int32)
    pairs = Pairs(left, right, np.ones(len(left), dtype=np.uint64))
    model = learned_from(frame, spec, observe(frame, spec), pairs)
    assert model.training["share"] > 0.5
    assert model.parameters["city"].u[0][-1] == pytest.approx(1 / 12, abs=0.02)  # of random pairs


def test_a_table_too_small_to_learn_from_links_what_is_nearly_sure() -> None:
    table = [{"name": f"{WORDS[row % 26]} {row}"} for row in range(100)]
    aims = infer(table[:99]).spec.aims, infer(table).spec.aims
    assert [aim.link_probability for aim in aims] == [0.9, 0.65]
    assert [aim.grouped_link_probability for aim in aims] == [0.0, 0.5]


def test_large_groups_link_from_a_probability_of_their_own_where_the_spec_declares_one() -> None:
    rows = [{"name": f"{WORDS[row % 26]} {row % 26}", "town": f"t{row % 26}"} for row in range(520)]
    names = [("table", "record", str(row)) for row in range(520)]
    aims = infer(rows).spec.aims
    left, right = (found.astype(np.int32) for found in np.triu_indices(520, 1))
    kept = (left % 26 == right % 26) | ((left % 26 + 1 == right % 26) & (left // 26 == right // 26))
    pairs = Pairs(left[kept], right[kept], np.ones(int(kept.sum()), dtype=np.uint64))
    found = []
    for aim in (0.5, 0.0):
        told = replace(aims, grouped_link_probability=aim)
        spec = replace(infer(rows).spec, relations=(), aims=told)
        frame = build_frame(spec, rows, names)
        model = learned_from(frame, spec, observe(frame, spec), pairs)
        found.append(round(model.probability(model.link_weight), 2))
    assert found == [0.5, 0.65]


def test_tables_that_are_linked_learn_look_alikes_from_runners_up() -> None:
    rows, _ = albums()
    assert [relation.name for relation in infer(rows).spec.relations] == ["neighbours"]
    assert infer(rows, links=True).spec.relations == ()


def test_several_look_ups_of_one_reference_are_linked_to_it() -> None:
    reference = [{"name": f"{WORDS[r % 26]} {WORDS[(r * 7 + 3) % 26]} museum {r * 37}"} for r in range(600)]
    asked = [reference[5 * number] for number in range(60)]
    queries = [{"name": row["name"].replace("museum", "mus.")} for row in asked]
    queries += [{"name": row["name"].replace("museum", "museums")} for row in asked[:40]]
    names = [("reference", "record", f"{r}") for r in range(600)]
    names += [("query", "record", f"q{number}") for number in range(100)]
    groups = match_records(reference + queries, names, link_only=True).resolution.groups
    told = match_records(reference + queries, names, link_only=True, one_to_one=True).resolution.groups
    assert sum(len(group) == 3 for group in groups) >= 35
    assert max(map(len, told)) == 2


def shelves(copies: int) -> tuple[list[dict[str, str]], list[tuple[str, str, str]]]:
    """400 compilations by various artists in four genres; the first `copies` stand twice, spelled apart."""
    rows, keys = [], []
    draw = Random(7)
    syllables = "ka lo mi ren su ta vor zel ben dar fi gol hum jas".split()
    for place in range(400):
        words = ["".join(draw.sample(syllables, 3)) for _ in range(3)]
        genre = ("rock", "folk", "jazz", "soul")[place % 4]
        row = {
            "title": f"{' '.join(words)} {genre}",
            "artist": "various artists"
            if place % 3
            else f"the {draw.choice(WORDS)} {draw.choice(WORDS)} band",
            "genre": genre,
            "year": str(1960 + place % 40),
        }
        rows.append(row)
        keys.append(f"{place}")
        if place < copies:
            rows.append({**row, "title": row["title"].replace("e", "3", 1)})
            keys.append(f"{place}b")
    return rows, [("table", "record", key) for key in keys]


@pytest.mark.parametrize(
    ("copies", "found"),
    [
        (5, 0),  # too few to learn a match from: nothing is linked rather than everything
        (20, 19),
        (300, 285),
    ],
)
def test_compilations_are_linked_by_their_titles_however_many_stand_twice(copies: int, found: int) -> None:
    rows, names = shelves(copies)
    resolution = match_records(rows, names).resolution
    keys = [name[2].rstrip("b") for name in resolution.frame.names]
    groups = [{keys[row] for row in group} for group in resolution.groups if len(group) > 1]
    wrong = sum(len(group) > 1 for group in groups)
    assert wrong <= 10  # about 100 where look-alikes are taken for matches
    assert len(groups) - wrong >= found
