# The notebook as released.
