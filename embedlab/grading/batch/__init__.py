"""Grading many submissions: read, repaired, run in a sandbox, scored outside it, saved, reported.

====== =============================================================================
layer  modules
====== =============================================================================
0      ``records`` (what came of one submission), ``walls`` (kinds of sandboxes)
1      ``intake`` (files as handed in), ``repairs`` (the notebook as released, with the student's
       own work), ``sandbox`` (a warm process behind a wall), ``similarity`` (copied code)
2      ``execution`` (a notebook through the sandbox), ``scoring`` (points and sentences),
       ``inert`` (nothing that a browser would run)
3      ``job`` (one submission, in a worker), ``pools`` (where workers are)
4      ``batch`` (all submissions, saved as they come in), ``command`` (``embedlab grade``)
====== =============================================================================
"""
