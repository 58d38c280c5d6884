"""Grading many submissions: repaired, run in a sandbox, scored outside it, saved, reported.

====== =============================================================================
layer  modules
====== =============================================================================
0      ``records`` (what came of one submission), ``versions`` (which grader this is), ``walls``
       (kinds of sandboxes)
1      ``sandbox`` (a warm process behind a wall), ``inert`` (nothing that a browser would run)
2      ``execution`` (a notebook through the sandbox), ``scoring`` (points and sentences)
3      ``job`` (one submission, in a worker), ``pools`` and ``cluster`` (where workers are)
4      ``batch`` (all submissions, saved as they come in), ``results`` (what is written then)
5      ``command`` (``embedlab grade``)
====== =============================================================================

Beside it lie ``handed_in`` (files and repairs), ``alike`` (copied code), ``inside`` (what runs
behind the wall), ``report``, and ``gradebook`` with what belongs to it.
"""

# Before any of them loads nbformat.
from embedlab.grading import lighter  # noqa: F401
