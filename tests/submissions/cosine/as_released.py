# nils handed in the notebook as it was released.
