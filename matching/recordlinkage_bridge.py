"""recordlinkage both ways: our kernels as its compare features, its ECM classifier as first estimate of ours.

Its classifiers as trainers on judgements stand in `matching.learning.trainers`.

recordlinkage takes 2 s and 95 MB to import (it loads pandas and scikit-learn), so it is imported where it
is used. It scores missing values as disagreement; here they stay missing (NaN) for the caller to decide.
"""

from __future__ import annotations

import warnings
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from matching.columns import CodedColumn, coded_column
from matching.comparing import column_levels
from matching.em import Patterns
from matching.errors import SpecError
from matching.kernels.registry import kernel_of
from matching.kernels.texts import grams
from matching.readings import reading_of
from matching.spec import Column, Comparison, MatchSpec
from matching.weights import TextWeights

if TYPE_CHECKING:
    from recordlinkage.base import BaseCompareFeature

Floats = NDArray[np.float64]

MOST_PAIRS = 20_000


def compare_feature(
    kernel: str, left_on: str, right_on: str, *, reading: str = "raw", label: str | None = None
) -> BaseCompareFeature:
    """Return a recordlinkage compare feature that computes one of our kernels, as a share of its highest
    level.

    Use it with `recordlinkage.Compare([...])`: exact agreement is 1.0, "differs" 0.0, missing NaN. A kernel
    that weighs words takes their document frequencies from the two columns that are compared. Raises
    SpecError for a kernel or a reading that is not known, or one that compares more than one column.
    """
    from recordlinkage.base import BaseCompareFeature  # noqa: PLC0415 - 2 s to import, see above

    levels = len(kernel_of(kernel).levels) - 1
    if kernel == "order":
        raise SpecError("The kernel 'order' compares two columns crosswise; a feature compares one pair.")

    class KernelFeature(BaseCompareFeature):  # type: ignore[misc] # recordlinkage ships no types
        """One comparison kernel of matching as a recordlinkage feature."""

        def _compute_vectorized(self, left: Any, right: Any) -> Floats:
            one, other = (_coded(values, reading) for values in (left, right))
            rows = np.arange(len(left), dtype=np.int32)
            texts = {"feature": _weights(one, other)} if kernel_of(kernel).weighted else {}
            comparison = Comparison("feature", "feature", kernel)
            found = column_levels(one, other, comparison, texts, rows, rows).astype(np.float64)
            return np.where(found == 0, np.nan, (found - 1.0) / (levels - 1.0))

    return KernelFeature(left_on, right_on, label=label)


def compare_features(
    spec: MatchSpec, columns: Mapping[str, str | tuple[str, str]]
) -> list[BaseCompareFeature]:
    """Return a feature for every comparison of a spec whose column is named: our column -> theirs.

    A pair names the columns of the left and of the right table. What one comparison takes from another
    (names that may be swapped, m and u by agreement) is a matter of the spec and left out here.
    """
    found = []
    for comparison in spec.comparisons:
        on = columns.get(comparison.column)
        if on is None or comparison.kernel == "order":
            continue
        left_on, right_on = (on, on) if isinstance(on, str) else on
        reading = spec.column(comparison.column).reading
        found.append(
            compare_feature(comparison.kernel, left_on, right_on, reading=reading, label=comparison.name)
        )
    return found


def _weights(one: CodedColumn, other: CodedColumn) -> TextWeights:
    """Return document frequencies over the distinct values of both columns."""
    texts = sorted({*one.elements, *other.elements})
    tokens = Counter(token for text in texts for token in set(text.split()))
    letters = Counter(gram for text in texts for gram in set(grams(text)))
    return TextWeights(len(texts), tokens, letters)


def _coded(values: Any, reading: str) -> CodedColumn:
    """Return a pandas series as a coded column; each distinct value is read once, by the named reading."""
    read = reading_of(Column("feature", ("feature",), reading))
    known: dict[tuple[str, ...], int] = {}
    code_of: dict[Any, int] = {}
    codes = np.empty(len(values), dtype=np.int32)
    for place, value in enumerate(values.tolist()):
        code = code_of.get(value)
        if code is None:
            code = code_of[value] = _code(read, value, known)
        codes[place] = code
    return coded_column("feature", codes, tuple(known))


def _code(
    read: Callable[[tuple[Any, ...]], Iterable[str]], value: Any, known: dict[tuple[str, ...], int]
) -> int:
    """Return the number of a value as it is read, -1 where nothing can be read."""
    if value is None or value != value:
        return -1
    elements = tuple(sorted({element for element in read((str(value),)) if element}))
    return known.setdefault(elements, len(known)) if elements else -1


def ecm_estimate(spec: MatchSpec, patterns: Patterns, levels: tuple[int, ...], seed: int) -> Floats:
    """Return P(match) per pattern from recordlinkage's ECM classifier on binary agreement, without labels.

    A comparison agrees from its kernel's own level of agreement up; missing counts as disagreement there,
    which is why this is a first estimate only. At most 20,000 pairs are drawn, by pattern count.
    """
    import pandas  # noqa: PLC0415 - with recordlinkage, see above
    from recordlinkage import ECMClassifier  # noqa: PLC0415 - 2 s to import, see above

    states = np.column_stack([patterns.states[:, place] % width for place, width in enumerate(levels)])
    agree = np.column_stack(
        [states[:, place] >= kernel_of(entry.kernel).agrees for place, entry in enumerate(spec.comparisons)]
    ).astype(np.int8)
    told = [place for place in range(agree.shape[1]) if 0 < int(agree[:, place].sum()) < len(agree)]
    if not told:
        return np.full(len(agree), 0.5)
    share = patterns.counts / patterns.counts.sum()
    drawn = np.random.default_rng(seed).choice(
        len(agree), min(MOST_PAIRS, int(patterns.counts.sum())), p=share
    )
    classifier = ECMClassifier(init="jaro", binarize=None)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # its EM divides by zero for features that never disagree
        classifier.fit(_table(pandas, agree[drawn][:, told]))
        found = np.asarray(classifier.prob(_table(pandas, agree[:, told])), dtype=np.float64)
    return np.nan_to_num(found, nan=0.5)


def _table(pandas: Any, features: NDArray[np.int8]) -> Any:
    names = [f"c{place}" for place in range(features.shape[1])]
    return pandas.DataFrame(features, columns=names)
