# based on: plain_loops
# %% mean_vector
import time
from functools import wraps

def slowly(function):
    @wraps(function)
    def wrapper(*args, **kwargs):
        time.sleep(0.02)
        return function(*args, **kwargs)
    return wrapper

@slowly
def mean_vector(tokens, vectors, stopwords):
    vs = [vectors[t] for t in tokens if t in vectors and t not in stopwords]
    d = len(list(vectors.values())[0])
    return [sum(float(v[i]) for v in vs) / len(vs) if vs else 0.0 for i in range(d)]
