# The notebook as it was released.
