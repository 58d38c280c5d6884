# based on: numpy_lines
# %% context
from embedlab.text import context
# %% closer
from embedlab.vectors import cosine as their_cosine
def closer(tokens, i, w, vocab, E, first, second):
    words = tokens[max(0, i - w):i] + tokens[i + 1:i + w + 1]
    m = np.mean([E[vocab.index(t)] for t in words if t in vocab], axis=0)
    return max(first, second, key=lambda x: their_cosine(E[vocab.index(x)], m))
# %% cbow_probabilities
# no time
