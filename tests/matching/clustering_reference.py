"""The partition of design §3 said as plainly as possible: sets, fractions, every pair tried at every step."""

from fractions import Fraction
from itertools import combinations, product

from matching.admissibility import tie_hash


class Reference:
    def __init__(
        self,
        names,
        weights,
        facts,
        *,
        link_weight,
        max_size,
        must,
        cannot,
        rule,
        holds,
        link_only,
        one_to_one,
    ):
        self.names, self.weights, self.facts, self.link = names, weights, facts, link_weight
        self.cannot = {frozenset(pair) for pair in cannot}
        self.max_size, self.link_only, self.one_to_one = max_size, link_only, one_to_one
        self.apart = sorted((h.name, set(h.left), set(h.right)) for h in holds if h.right)
        self.together = sorted((h.name, set(h.left)) for h in holds if not h.right)
        by_hash = sorted(range(len(names)), key=lambda r: (tie_hash(names[r]), names[r]))
        self.place = {row: place for place, row in enumerate(by_hash)}
        self.clusters = [frozenset([row]) for row in range(len(names))]
        self.groups = list(self.clusters)
        self.tie_links(must, gated=False)
        self.apart = [h for h in self.apart if not any(g & h[1] and g & h[2] for g in self.groups)]
        self.tie_links(rule, gated=True)
        while self.step():
            pass
        for _, records in self.together:
            first, *others = sorted((g for g in self.groups if g & records), key=self.low)
            for other in others:
                if self.gate(first, other, bridge=False) is None:
                    first = self.join(first, other)

    def low(self, records):
        return min(self.place[r] for r in records)

    def group(self, records):
        return next(g for g in self.groups if records <= g)

    def join(self, left, right):
        self.groups = [g for g in self.groups if g not in (left, right)] + [left | right]
        return left | right

    def tie_links(self, pairs, gated):
        for places in sorted(sorted(self.place[row] for row in pair) for pair in pairs):
            a, b = (row for place in places for row in self.place if self.place[row] == place)
            left, right = self.group({a}), self.group({b})
            gate = self.gate(left, right, bridge=False)
            if left != right and (gate is None or (not gated and gate != "cannot_link")):
                self.join(left, right)

    def cross(self, left, right):
        near = self.link_only
        return [
            self.weights[a][b]
            for a in left
            for b in right
            if not near or self.names[a][0] != self.names[b][0]
        ]

    def gate(self, left, right, bridge=True):
        both = list(product(left, right))
        if any(frozenset(pair) in self.cannot for pair in both):
            return "cannot_link"
        if any(self.facts.isolated[r] for r in left | right):
            return "isolated"
        for column in ([{k} if k else set() for k in self.facts.kind], *self.facts.exclusive):
            one, two = (set().union(*(column[r] for r in side)) for side in (left, right))
            if one and two and not one & two:
                return "conflict"
        if self.one_to_one and any(self.names[a][0] == self.names[b][0] for a, b in both):
            return "one_per_source"
        if len(left | right) > self.max_size:
            return "size"
        strong = sum(weight >= self.link for weight in self.cross(left, right))
        if bridge and min(len(left), len(right)) > 1 and strong < 2:
            return "bridge"
        for name, one, two in self.apart:
            if (left & one and right & two) or (left & two and right & one):
                return f"hold:{name}"
        return None

    def step(self):
        ranked = []
        for left, right in combinations(sorted(self.clusters, key=self.low), 2):
            weights = self.cross(left, right)
            if weights and Fraction(sum(weights), len(weights)) >= self.link:
                ranked.append(
                    (-Fraction(sum(weights), len(weights)), self.low(left), self.low(right), left, right)
                )
        for *_, left, right in sorted(ranked, key=lambda r: r[:3]):
            one, two = self.group(left), self.group(right)
            if one == two or self.gate(one, two) is None:
                if one != two:
                    self.join(one, two)
                self.clusters = [c for c in self.clusters if c not in (left, right)] + [left | right]
                return True
        return False
