"""Charts of the rule set in force: of its model alone, of the stored edges, and of the whole domain anew."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from django.db import connection

from matching.blocking import frame_pairs
from matching.charts.book import Chart, charts_of
from matching.charts.histogram import Histogram, weight_histogram
from matching.scoring import score
from mdm.resolution import scope
from mdm.rulesets.active import ActiveRules, in_force

MOST_EDGES = 200_000


def edge_weights(rules: ActiveRules) -> Histogram:
    """Return the histogram of the domain's stored edges; of a fixed part where there are very many."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT weight FROM mdm_edge WHERE domain = %s"
            " ORDER BY hashint8(left_id * 1000003 # right_id) LIMIT %s",
            [rules.domain, MOST_EDGES],
        )
        weights = np.array([weight for (weight,) in cursor.fetchall()], dtype=np.int64)
    return replace(weight_histogram(weights, rules.model), title="Match weights of stored edges")


def charts_of_domain(domain: str) -> dict[str, Chart]:
    """Return every chart of a domain's active records under its rule set in force.

    Keys, candidates and weights are computed anew, which takes as long as a rebuild without the settling.
    Raises LookupError when the domain has no rule set.
    """
    rules = in_force(domain)
    frame = scope.frame_of(rules, [row for row in scope.rows_in_domain(domain) if row.active])
    model = rules.model
    pairs = frame_pairs(frame, rules.spec, model)
    weights = score(frame, rules.spec, model, pairs.left, pairs.right)
    return charts_of(frame, rules.spec, model, pairs, weights)
