"""Names of people: parts, order, generations, nicknames, sounds."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.standardise import nicknames, person_names
from matching.standardise.person_names import PersonName

DIRT = st.text(alphabet=st.characters(), max_size=60)


@pytest.mark.parametrize(
    ("written", "given", "middle", "family", "generation"),
    [
        ("John Smith", "john", (), "smith", ""),
        ("Smith, John", "john", (), "smith", ""),
        ("SMITH, JOHN Q.", "john", ("q",), "smith", ""),
        ("Smith, John, Jr., PhD", "john", (), "smith", "jr"),
        ("Smith Jr., John", "john", (), "smith", "jr"),
        ("John Smith III", "john", (), "smith", "3"),
        ("John Smith Sr", "john", (), "smith", "sr"),
        ("J.R. Smith", "j", ("r",), "smith", ""),  # initials, not "junior"
        ("Dr. med. Anna Müller", "anna", (), "muller", ""),
        ("Prof. Dr. Hans-Peter Müller", "hans", ("peter",), "muller", ""),
        ("Anna Müller-Schmidt", "anna", (), "muller schmidt", ""),  # a double name is one name
        ("Dr. van der Berg, Jan", "jan", (), "van der berg", ""),
        ("Berg, Jan van den", "jan", (), "van den berg", ""),
        ("Ludwig van Beethoven", "ludwig", (), "van beethoven", ""),
        ("Jan M. de Vries", "jan", ("m",), "de vries", ""),
        ("Juan Carlos de la Cruz", "juan", ("carlos",), "de la cruz", ""),
        ("Иванов, Иван Петрович", "ivan", ("petrovich",), "ivanov", ""),
        ("王小明", "xiaoming", (), "wang", ""),  # family name first
        ("欧阳修", "xiu", (), "ouyang", ""),  # family name of two signs
        ("김철수", "cheolsu", (), "gim", ""),
        ("Mr John Smith", "john", (), "smith", ""),
        ("Don Smith", "don", (), "smith", ""),  # a title that is a given name here
        ("Joan Fitzalan, 14th Earl of Arundel", "joan", (), "fitzalan", ""),
        ("Jean Moreau père", "jean", (), "moreau", "sr"),
        ("Jean Moreau (fils)", "jean", (), "moreau", "jr"),
        ("Hans Müller d. Ä.", "hans", (), "muller", "sr"),  # "der Ältere"
        ("Hans Müller jun.", "hans", (), "muller", "jr"),
        ("João Silva pai", "joao", (), "silva", "sr"),
        ("Pierre Fils", "pierre", (), "fils", ""),  # a family name, for it has a capital
        ("jean moreau fils", "jean", ("moreau",), "fils", ""),  # all small: nothing can be told
        ("Madonna", "", (), "madonna", ""),
        ("", "", (), "", ""),
    ],
)
def test_full_names_are_taken_apart(
    written: str, given: str, middle: tuple[str, ...], family: str, generation: str
) -> None:
    name = person_names.parse(written)
    assert (name.given, name.middle, name.family, name.generation) == (given, middle, family, generation)


@pytest.mark.parametrize(
    ("written", "nickname", "former"),
    [
        ('Robert "Bob" Miller', "bob", ""),
        ("William (Bill) Gates", "bill", ""),
        ("Anna Müller geb. Schmidt", "", "schmidt"),
        ("Anna Müller (née Schmidt)", "", "schmidt"),
    ],
)
def test_asides_are_nicknames_or_birth_names(written: str, nickname: str, former: str) -> None:
    name = person_names.parse(written)
    assert (name.nickname, name.former_family) == (nickname, former)


def test_parts_of_a_source_are_taken_apart_again() -> None:
    composed = person_names.compose(given="Dr. John Q.", family="Smith Jr.", suffix="")
    assert composed == PersonName(prefix="dr", given="john", middle=("q",), family="smith", generation="jr")
    assert person_names.compose(given="Anna", family="Weber", suffix="Sr.").generation == "sr"


def test_swapped_fields_agree_without_order() -> None:
    assert (
        person_names.compose(given="Weber", family="Anna").order_free
        == person_names.compose("Anna", "Weber").order_free
    )


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("Bob", "Robert"),
        ("Bill", "William"),
        ("Peggy", "Margaret"),
        ("Alex", "Alexander"),
        ("Alex", "Alexandra"),
        ("Sasha", "Александр"),
        ("Иван", "John"),  # the same name in two languages
        ("Guillermo", "William"),
        ("Giuseppe", "Joseph"),
        ("Mohamed", "Muhammad"),
        ("Yusuf", "Youssef"),
        ("Katya", "Catherine"),
        ("Paco", "Francisco"),
        ("Małgorzata", "Gosia"),
    ],
)
def test_forms_of_one_given_name_meet(left: str, right: str) -> None:
    assert nicknames.same_given(left, right)
    assert nicknames.same_given(right, left)


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("Robert", "Richard"),
        ("Albert", "Alfred"),
        ("Anna", "Maria"),
        ("John", "James"),
        ("Paul", "Peter"),
        ("", ""),
    ],
)
def test_other_given_names_do_not_meet(left: str, right: str) -> None:
    assert not nicknames.same_given(left, right)


def test_an_unknown_given_name_stands_for_itself() -> None:
    assert nicknames.given_roots("Xochitl") == ("xochitl",)
    assert nicknames.canonical_given("Bob") == "robert"


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("Schmidt", "Schmitt"),
        ("Müller", "Mueller"),
        ("Meyer", "Maier"),
        ("Philip", "Filip"),
        ("Stephen", "Steven"),
        ("Catherine", "Katherine"),
        ("Tschaikowski", "Chaykovsky"),
        ("Yusupov", "Iusupov"),
    ],
)
def test_names_that_sound_alike_share_a_key(left: str, right: str) -> None:
    assert person_names.sound_key(left) == person_names.sound_key(right)


@pytest.mark.parametrize(
    ("left", "right"), [("Schmidt", "Schneider"), ("Smith", "Sims"), ("Weber", "Huber"), ("Otto", "Ito")]
)
def test_names_that_sound_different_do_not(left: str, right: str) -> None:
    assert person_names.sound_key(left) != person_names.sound_key(right)


def test_consonants_hold_across_scripts_without_vowels() -> None:
    assert person_names.consonant_key("Mohammed") == person_names.consonant_key("محمد") == "mhmd"


def test_particles_are_no_core() -> None:
    assert person_names.surname_core("van der Berg") == "berg"
    assert person_names.surname_core("De La") == "de la"


@given(DIRT)
def test_any_text_is_read_and_read_the_same_again(dirt: str) -> None:
    name = person_names.parse(dirt)
    assert person_names.parse(dirt) == name
    assert name.full.isascii()
    assert person_names.sound_key(dirt).isascii()
    person_names.consonant_key(dirt)
    person_names.given_keys(dirt)
    person_names.surname_core(dirt)


@given(DIRT, DIRT, DIRT, DIRT)
def test_any_parts_are_composed(given_name: str, family: str, middle: str, suffix: str) -> None:
    name = person_names.compose(given_name, family, middle, suffix=suffix)
    assert name.order_free == " ".join(sorted(name.full.split()))
