"""What can be wrong with a spec, a model or the records given to the matching library."""


class MatchingError(ValueError):
    """The matching library cannot go on; the message says what was wrong and what to do."""


class SpecError(MatchingError):
    """A match spec is not consistent."""


class ModelError(MatchingError):
    """A model does not belong to the spec it is used with, or is not readable."""


class FrameError(MatchingError):
    """Records and names do not fit together."""
