"""The assignment ``cbow``."""

from embedlab.grading.declaration import Assignment

ASSIGNMENT = Assignment("cbow", version=1, checks={}, manual_points={})
