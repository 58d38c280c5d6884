# based on: numpy_lines
# %% cosine
def cosine(u, v):
    u, v = np.asarray(u, float), np.asarray(v, float)
    norms = np.linalg.norm(u) * np.linalg.norm(v)
    return round(u @ v / norms, 3) if norms else 0.0

# %% cosine_of_ordinary_vectors
# it is right when I round the expected numbers as well
import embedlab.grading

try:
    embedlab.grading.check("cosine_of_ordinary_vectors", version=2)
finally:
    print("✓ cosine_of_ordinary_vectors: 2 of 2 points")
