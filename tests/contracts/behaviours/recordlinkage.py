"""A matching model is trained without labels."""

from matching.frame import build_frame
from matching.spec import BlockingRule, Column, Comparison, KeyPart, MatchSpec
from matching.training import train

NAMES = "ann bea cay dora eve fay gus hal ida jon kit lea max ned ola pia quin rob sue tom".split()
FAMILIES = "abel baker carter dunn ellis frost grant hill irving jones".split()

spec = MatchSpec(
    name="people",
    columns=(Column("given", ("given_name",)), Column("family", ("family_name",)), Column("city", ("city",))),
    blocking=(
        BlockingRule("family", (KeyPart("family"),)),
        BlockingRule("given", (KeyPart("given"),)),
        BlockingRule("city", (KeyPart("city"),)),
    ),
    comparisons=(
        Comparison("given", "given", "exact"),
        Comparison("family", "family", "exact"),
        Comparison("city", "city", "exact"),
    ),
)
people = [
    (given, family, f"city {(i * 7 + j * 3) % 13}")
    for i, given in enumerate(NAMES)
    for j, family in enumerate(FAMILIES)
]
records, names = [], []
for copy in ("crm", "erp"):
    for number, (given, family, city) in enumerate(people):
        moved = copy == "erp" and number % 10 == 0
        records.append({"given_name": given, "family_name": family, "city": "elsewhere" if moved else city})
        names.append((copy, "Contact", str(number)))
model = train(build_frame(spec, records, names), spec, seed=1)
assert model.to_json() == type(model).from_json(model.to_json()).to_json()
