"""The assignment ``ngrams``."""

from embedlab.grading.declaration import Assignment

ASSIGNMENT = Assignment("ngrams", version=1, checks={}, manual_points={})
