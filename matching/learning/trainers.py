"""Classifiers of recordlinkage as trainers: fitted there, kept as whole coefficients here.

Its logistic regression, naive Bayes and ECM are all sums over the features of a pair, so that each becomes a
log-linear classifier, which explains itself and is exact in every engine. recordlinkage takes 2 s to import
(it loads pandas and scikit-learn), so it is imported where it is used.
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matching.learning.boosting import boosting
from matching.learning.evidence import UNIT, Evidence
from matching.learning.learned import SCALE, Learned
from matching.model import MILLI

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Trainer = Callable[[Evidence, Bools, Evidence], Learned]

BITS = MILLI / math.log(2.0)
STRENGTH = 0.1  # the inverse of logistic regression's ridge; few labels must not bend many features
MOST_BITS = 40.0


def logistic(judged: Evidence, is_match: Bools, background: Evidence) -> Learned:
    """Return recordlinkage's logistic regression on all features, amounts brought to unit spread first.

    Levels stay 0 or 1: brought to unit spread, a level that hardly ever occurs could weigh without bound.
    """
    from recordlinkage import LogisticRegressionClassifier  # noqa: PLC0415 - 2 s to import, see above

    told = _telling(judged, tuple(range(len(judged.names))))
    values = judged.values[:, told].astype(np.float64)
    binary = np.isin(told, judged.binary())
    centre, spread = values.mean(axis=0), np.where(binary, float(UNIT), values.std(axis=0))
    classifier = LogisticRegressionClassifier(C=STRENGTH, max_iter=2000)
    _fit(classifier, (values - centre) / spread, is_match)
    by_unit = np.asarray(classifier.coefficients) / spread
    constant = float(classifier.intercept) - float((by_unit * centre).sum())
    return _log_linear("logistic regression", judged, told, by_unit, constant)


def naive_bayes(judged: Evidence, is_match: Bools, background: Evidence) -> Learned:
    """Return recordlinkage's naive Bayes classifier on the levels of the comparisons."""
    from recordlinkage import NaiveBayesClassifier  # noqa: PLC0415 - 2 s to import, see above

    told = _telling(judged, judged.binary())
    classifier = NaiveBayesClassifier(binarize=None, alpha=1.0)
    _fit(classifier, judged.values[:, told] / UNIT, is_match)
    return _additive("naive Bayes", judged, told, classifier)


def ecm(judged: Evidence, is_match: Bools, background: Evidence) -> Learned:
    """Return recordlinkage's ECM classifier, which learns from candidate pairs and asks no label.

    The levels are binary vectors, as it wants them; labels only calibrate it.
    """
    from recordlinkage import ECMClassifier  # noqa: PLC0415 - 2 s to import, see above

    told = _telling(background, background.binary())
    classifier = ECMClassifier(init="jaro", binarize=None)
    _fit(classifier, background.values[:, told] / UNIT, None)
    return _additive("ECM", judged, told, classifier)


TRAINERS: Mapping[str, Trainer] = {
    "logistic regression": logistic,
    "naive Bayes": naive_bayes,
    "ECM": ecm,
    "gradient boosting": boosting,
}


def _telling(evidence: Evidence, places: tuple[int, ...]) -> tuple[int, ...]:
    """Return those places whose feature is not the same for all pairs."""
    values = evidence.values
    return tuple(place for place in places if values[:, place].min() < values[:, place].max())


def _fit(classifier: Any, values: Floats, is_match: Bools | None) -> None:
    import pandas  # noqa: PLC0415 - with recordlinkage, see above

    index = pandas.MultiIndex.from_arrays([np.arange(len(values)), np.arange(len(values))])
    table = pandas.DataFrame(values, columns=[f"f{place}" for place in range(values.shape[1])], index=index)
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")  # its EM divides by zero for features that never disagree
        if is_match is None:
            classifier.fit(table)
        else:
            classifier.fit(table, index[is_match])


def _additive(trainer: str, judged: Evidence, told: tuple[int, ...], classifier: Any) -> Learned:
    """Return a classifier of binary features, read from what each feature alone changes of its log odds."""
    probes = np.vstack([np.zeros(len(told)), np.eye(len(told))])
    with np.errstate(all="ignore"):
        likely = np.asarray(classifier.kernel.predict_log_proba(probes), dtype=np.float64)
    odds = np.clip(np.nan_to_num(likely[:, 1] - likely[:, 0]), -1e3, 1e3)
    most = MOST_BITS * math.log(2.0)
    return _log_linear(trainer, judged, told, np.clip(odds[1:] - odds[0], -most, most) / UNIT, float(odds[0]))


def _log_linear(
    trainer: str, judged: Evidence, told: tuple[int, ...], by_unit: Floats, constant: float
) -> Learned:
    """Return the classifier in whole numbers; by_unit, constant: natural log odds."""
    whole = np.rint(by_unit * BITS * SCALE).astype(np.int64)
    kept = [(judged.names[place], int(number)) for place, number in zip(told, whole, strict=True) if number]
    return Learned(
        trainer,
        tuple(name for name, _ in kept),
        tuple(number for _, number in kept),
        round(constant * BITS),
    )
