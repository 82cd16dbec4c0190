"""A worker to be killed: resolves what is due in small batches, slowly enough to be hit in the middle.

`python -m tests.flows.resolver BATCH`.
"""

import os
import sys

import django


def main(batch: int) -> None:
    """Resolve until nothing is due."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    from tests.linktable import Hub  # needs Django to be set up

    Hub().resolve(batch)


if __name__ == "__main__":
    main(int(sys.argv[1]))
