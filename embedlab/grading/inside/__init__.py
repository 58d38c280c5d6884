"""What runs inside the sandbox: a warm process, the cells of one notebook, calls of its functions.

Nothing here is trusted with a secret or a right answer: a student's code shares the process. It
imports only what ``sandbox.COPIED`` puts beside it, and hands back plain data as lines of JSON,
which ``wire`` reads outside as it would read a stranger's.
"""
