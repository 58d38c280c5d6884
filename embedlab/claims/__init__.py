"""The ledger: every checkable claim of the source slides, recomputed and given a verdict.

``findings`` says how a verdict follows from a computation, one module per chapter checks its
claims, ``ledger`` collects them, ``page`` shows some of them in a chapter, ``export`` writes all
of them out, ``commands`` is the command line. The slides' five documents are named in three ways:
the deck (three versions of the same slides), the study page, and the note.
"""
