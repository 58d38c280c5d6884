# based on: numpy_lines
# %% odd_one_out
def odd_one_out(group, words, vectors):
    row = lambda w: vectors[words.index(w)]
    # mean with everybody in the group
    return min(group, key=lambda w: np.mean([cosine(row(w), row(x)) for x in words]))
