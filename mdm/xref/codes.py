"""Golden ids as people read them over the phone: `C-7K3M-9QXD-F`.

A type letter, 40 bits in Crockford's base 32, and a check character after ISO 7064 MOD 37,36 over letter and
digits. The 40 bits are the record's number through a Feistel permutation: unique by construction, without
visible order. The check character finds every single wrong character, but not every swap of neighbours, and
it may be an O that people read as 0. So each number owns 16 of the 2^40 codes and takes the first of them
without either fault.
"""

import hashlib
from itertools import pairwise

DIGITS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
CHECKED = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
HALF_BITS = 20
HALF = (1 << HALF_BITS) - 1
TRIES_BITS = 4
CAPACITY = 1 << (2 * HALF_BITS - TRIES_BITS)
MISREAD = str.maketrans({"O": "0", "I": "1", "L": "1", "U": "V"})


VALUE = {character: value for value, character in enumerate(CHECKED)}
STEP = [[((state + value) % 36 or 36) * 2 % 37 for value in range(36)] for state in range(37)]


class BadGoldenId(ValueError):
    """A text is no golden id; the message names the wrong part."""


def encode(letter: str, number: int) -> str:
    """Return the golden id of a domain's letter and a record number from 0 to 2^36 - 1."""
    if len(letter) != 1 or not "A" <= letter <= "Z":
        raise BadGoldenId(f"{letter!r} is no type letter: use one letter A to Z.")
    if not 0 <= number < CAPACITY:
        raise BadGoldenId(f"Number {number} does not fit a golden id: it holds 0 to {CAPACITY - 1}.")
    for code in range(number << TRIES_BITS, (number + 1) << TRIES_BITS):
        mixed = _permute(code)
        digits = "".join([DIGITS[(mixed >> shift) & 31] for shift in range(35, -5, -5)])
        check = _check_character(letter + digits)
        if check in DIGITS and _finds_swaps(letter + digits + check):
            break
    else:
        raise BadGoldenId(f"Number {number} has no code that can be read safely: take the next one.")
    return f"{letter}-{digits[:4]}-{digits[4:]}-{check}"


def parse(text: str) -> str:
    """Return the golden id that a person meant: lower case, missing dashes, O for 0 or I, L for 1 are
    forgiven.

    Raises BadGoldenId naming what is wrong.
    """
    plain = "".join(
        character for character in text.upper() if character not in "- \t\u2010\u2011\u2012\u2013\u2014"
    )
    if len(plain) != 10:
        raise BadGoldenId(
            f"{text!r} is no golden id: it has {len(plain)} letters and digits, a golden id has 10."
        )
    letter, digits, check = plain[0], plain[1:9].translate(MISREAD), plain[9].translate(MISREAD)
    if not "A" <= letter <= "Z":
        raise BadGoldenId(f"{text!r} is no golden id: it begins with {letter!r} instead of a type letter.")
    strange = [character for character in digits if character not in DIGITS]
    if strange:
        raise BadGoldenId(f"{text!r} is no golden id: {strange[0]!r} is not used in one.")
    if check != _check_character(letter + digits):
        raise BadGoldenId(
            f"{text!r} is no golden id: its check character does not fit, something was misread."
        )
    return f"{letter}-{digits[:4]}-{digits[4:]}-{check}"


def _permute(number: int) -> int:
    """Return the image of a number under a four-round Feistel network on 20-bit halves: a bijection."""
    left, right = number >> HALF_BITS, number & HALF
    for turn in range(4):
        digest = hashlib.blake2b(
            right.to_bytes(3, "big"), digest_size=3, salt=b"aurum-id", person=bytes([turn])
        ).digest()
        left, right = right, left ^ (int.from_bytes(digest, "big") & HALF)
    return (left << HALF_BITS) | right


def _check_character(text: str) -> str:
    """Return the ISO 7064 MOD 37,36 check character; it finds every single misreading."""
    state = 36
    for character in text:
        state = STEP[state][VALUE[character]]
    return CHECKED[(37 - state) % 36]


def _finds_swaps(text: str) -> bool:
    """Whether no swap of two neighbours of a whole code gives another that `parse` accepts.

    The rest of a code cannot repair or spoil a swap: each step maps states one to one. So two steps say it
    all.
    """
    state = 36
    body, check = text[:-1], text[-1]
    values = [VALUE[character] for character in body]
    for place, (one, two) in enumerate(pairwise(values)):
        # In the second place a type letter is read as a digit.
        first = one if place else VALUE[body[0].translate(MISREAD)]
        if one != two and STEP[STEP[state][one]][two] == STEP[STEP[state][two]][first]:
            return False
        if place < len(values) - 2:
            state = STEP[state][one]
    state = STEP[state][values[-2]]
    swapped = STEP[state][VALUE[check]]
    return check == body[-1] or CHECKED[(37 - swapped) % 36] != body[-1]
