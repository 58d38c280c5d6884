# based on: numpy_short
# %% setup
import numpy as np
import a_module_that_is_not_there

# %% idf_table-try
print(undefined_name)

# %% practice
1 / 0

# %% learned-search
this is not Python

# %% own_cell
raise RuntimeError("my own experiments")
