"""The course's figures, one visual language: each function draws its data and says what it drew.

Every function returns a ``Picture`` whose alternative text is computed from the data shown, so
the two cannot disagree. Words stand beside what they name; there are no legends. Colors mean the
same thing everywhere (``embedlab.pictures`` says what).
"""

from embedlab.plots.numbers import bars, curves, heatmap, spikes
from embedlab.plots.spaces import arrows, parallelogram, word_map

__all__ = ["arrows", "bars", "curves", "heatmap", "parallelogram", "spikes", "word_map"]
