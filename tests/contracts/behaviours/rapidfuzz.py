"""Two spellings of a name are seen to be close."""

import numpy as np

from matching.kernels.strings import jaro_winkler

close = jaro_winkler(np.array(["martha"], dtype=object), np.array(["marhta"], dtype=object))
assert round(float(close[0]), 3) == 0.961
