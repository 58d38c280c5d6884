"""What students handed in: files read as bytes, notebooks put right against the release.

``intake`` reads a folder in which anything may lie; ``repairs`` makes a notebook of whatever was in
it, with the cells of the release and the own work of the student.
"""
