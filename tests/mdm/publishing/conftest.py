"""Publishing is tested on a hub with two real platforms."""

from tests.hub import hub
from tests.platforms import start

__all__ = ["hub", "start"]
