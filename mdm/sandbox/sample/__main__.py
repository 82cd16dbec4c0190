"""Command line: write the sample of a seed into a folder."""

import argparse
import json
from pathlib import Path

from mdm.sandbox.sample.build import write_sample


def main() -> None:
    """Writes the files and prints the counts as one JSON line."""
    parser = argparse.ArgumentParser(
        prog="python -m mdm.sandbox.sample", description="Write the seeded sample of Aurum."
    )
    parser.add_argument("--seed", type=int, default=1, help="the seed; equal seeds give equal bytes")
    parser.add_argument("--out", type=Path, required=True, help="the folder for the files, made where needed")
    parser.add_argument(
        "--scale",
        type=float,
        default=1.0,
        help="size against the full sample (1.0 = 20,000 customers and more)",
    )
    asked = parser.parse_args()
    if not 0.01 <= asked.scale <= 100:
        parser.error("--scale must lie between 0.01 and 100")
    sample = write_sample(asked.seed, asked.out, asked.scale)
    print(
        json.dumps(
            {
                "seed": asked.seed,
                "customers": len(sample.customers.records),
                "products": len(sample.offers),
                "out": str(asked.out),
            }
        )
    )


if __name__ == "__main__":
    main()
