"""Golden ids as people read them over the phone: `C-7K3M-9QXD-F`.

A type letter, 40 bits in Crockford's base 32, and a check character after ISO 7064 MOD 37,36 over letter and digits.
The 40 bits are the record's number through a Feistel permutation: unique by construction, without visible order.
"""

import hashlib

DIGITS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
CHECKED = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
HALF_BITS = 20
HALF = (1 << HALF_BITS) - 1
CAPACITY = 1 << (2 * HALF_BITS)
MISREAD = str.maketrans({"O": "0", "I": "1", "L": "1", "U": "V"})


class BadGoldenId(ValueError):
    """A text is no golden id; the message names the wrong part."""


def encode(letter: str, number: int) -> str:
    """Return the golden id of a domain's letter and a record number from 0 to 2^40 - 1."""
    if len(letter) != 1 or not "A" <= letter <= "Z":
        raise BadGoldenId(f"{letter!r} is no type letter: use one letter A to Z.")
    if not 0 <= number < CAPACITY:
        raise BadGoldenId(f"Number {number} does not fit a golden id: it holds 0 to {CAPACITY - 1}.")
    mixed = _permute(number)
    digits = "".join(DIGITS[(mixed >> shift) & 31] for shift in range(35, -5, -5))
    return f"{letter}-{digits[:4]}-{digits[4:]}-{_check_character(letter + digits)}"


def parse(text: str) -> str:
    """Return the golden id that a person meant: lower case, missing dashes and O for 0 or I, L for 1 are forgiven.

    Raises BadGoldenId naming what is wrong.
    """
    plain = "".join(character for character in text.upper() if character not in "- \t\u2010\u2011\u2012\u2013\u2014")
    if len(plain) != 10:
        raise BadGoldenId(f"{text!r} is no golden id: it has {len(plain)} letters and digits, a golden id has 10.")
    letter, digits, check = plain[0], plain[1:9].translate(MISREAD), plain[9]
    if not "A" <= letter <= "Z":
        raise BadGoldenId(f"{text!r} is no golden id: it begins with {letter!r} instead of a type letter.")
    strange = [character for character in digits if character not in DIGITS]
    if strange:
        raise BadGoldenId(f"{text!r} is no golden id: {strange[0]!r} is not used in one.")
    right = _check_character(letter + digits)
    if check != right:  # never forgiven: an O taken for 0 here would let one misreading in two hundred through
        raise BadGoldenId(f"{text!r} is no golden id: its check character does not fit, one character was misread.")
    return f"{letter}-{digits[:4]}-{digits[4:]}-{right}"


def _permute(number: int) -> int:
    """Return the image of a number under a four-round Feistel network on 20-bit halves: a bijection."""
    left, right = number >> HALF_BITS, number & HALF
    for turn in range(4):
        digest = hashlib.blake2b(right.to_bytes(3, "big"), digest_size=3, salt=b"aurum-id", person=bytes([turn])).digest()
        left, right = right, left ^ (int.from_bytes(digest, "big") & HALF)
    return (left << HALF_BITS) | right


def _check_character(text: str) -> str:
    """Return the ISO 7064 MOD 37,36 check character: it finds single misreadings and swaps of neighbours."""
    state = 36
    for character in text:
        state = (state + CHECKED.index(character)) % 36 or 36
        state = state * 2 % 37
    return CHECKED[(37 - state) % 36]
