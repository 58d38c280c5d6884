"""Hostile submissions: what students could hand in to harm the course, and what must come of it.

Each module holds the submissions of one category. A submission is the honest work of the bank with
an attack put in: cells before or after it, functions in place of the honest ones, or files. Words
like ``@CANARY@`` in a source become places of the test (see ``world``). All bombs are bounded.
"""
