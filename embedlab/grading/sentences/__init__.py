"""The assignment ``sentences``."""

from embedlab.grading.declaration import Assignment

ASSIGNMENT = Assignment("sentences", version=1, checks={}, manual_points={})
