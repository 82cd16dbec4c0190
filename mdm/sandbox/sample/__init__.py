"""The seeded sample: customers on four platforms and products on three, with the faults of life and truth
kept apart.

``python -m mdm.sandbox.sample --seed 1 --out DIR [--scale 1.0]`` writes it; equal seeds give equal bytes.
``naive.score_naive``
scores the rule that it must be too hard for, ``stories.stories`` names pairs worth showing.
"""
