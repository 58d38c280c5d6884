"""Code that is like other code: the reference, or the work of another student.

``syntax`` finds the functions in the cells, ``outlines`` reads what is in them, ``originals`` knows
what could be copied, and ``similarity`` tells what is beyond chance. Nobody is punished by it.
"""
