"""The kernels that a spec may name."""

from __future__ import annotations

from matching.errors import SpecError
from matching.kernels import Kernel
from matching.kernels.ladders import LADDERS
from matching.kernels.mailboxes import MAILBOX
from matching.kernels.names import NAME
from matching.kernels.near_texts import NEAR
from matching.kernels.products import BRAND, GTIN, MARKS, MODEL_NUMBER, PART_NUMBER, VARIANT
from matching.kernels.quantities import DATE, DURATION, GENERATION_GAP, NUMBER, YEAR
from matching.kernels.strings import CODE, EMAIL, EXACT, ORDER, PHONE, POSTCODE
from matching.kernels.texts import TERMS, TEXT
from matching.kernels.texts_in_context import TEXT_IN_CONTEXT
from matching.kernels.titles import TITLE

PRODUCT_KERNELS = (BRAND, GTIN, MARKS, MODEL_NUMBER, PART_NUMBER, TITLE, VARIANT)
KERNELS: dict[str, Kernel] = {
    kernel.name: kernel
    for kernel in (
        EXACT,
        CODE,
        PHONE,
        EMAIL,
        MAILBOX,
        POSTCODE,
        NAME,
        DATE,
        GENERATION_GAP,
        NUMBER,
        YEAR,
        DURATION,
        ORDER,
        TERMS,
        TEXT,
        TEXT_IN_CONTEXT,
        NEAR,
        *LADDERS,
        *PRODUCT_KERNELS,
    )
}


def kernel_of(name: str) -> Kernel:
    """Return the kernel of that name; an unknown name is refused with the known ones."""
    if name not in KERNELS:
        raise SpecError(f"There is no comparison kernel '{name}'; known are {', '.join(sorted(KERNELS))}.")
    return KERNELS[name]
