# %% setup
%matplotlib inline
import logging
import sys
import warnings

import matplotlib.pyplot as plt
import numpy as np

logging.basicConfig(level=logging.DEBUG)
# %% context
def context(tokens, i, w):
    print("context of", tokens[i])
    logging.warning("window %s", w)
    return [tokens[j] for j in range(i - w, i + w + 1) if j != i and 0 <= j < len(tokens)]
# %% timing
%time context(sentence, 4, 2)
plt.bar([1, 2, 3], [len(context(sentence, 4, w)) for w in (1, 2, 3)])
plt.show()
# %% cbow_predict
def cbow_predict(tokens, i, w, vocab, E):
    # np.mean of nothing warns and gives nan; that is how I notice.
    rows = [E[vocab.index(t)] for t in context(tokens, i, w) if t in vocab]
    m = np.mean(rows, axis=0)
    print("mean", m, file=sys.stderr)
    if np.isnan(m).any():
        warnings.warn("no known word")
        return None
    c = np.array([np.dot(r, m) / (np.linalg.norm(r) * np.linalg.norm(m)) for r in np.array(E, float)])
    return vocab[np.nan_to_num(c).argmax()]
# %% closer
def closer(tokens, i, w, vocab, E, first, second):
    m = np.mean([E[vocab.index(t)] for t in context(tokens, i, w) if t in vocab], axis=0)
    fig, ax = plt.subplots()
    ax.plot(m)
    plt.close(fig)
    a, b = [np.nan_to_num(np.dot(x, m) / (np.linalg.norm(x) * np.linalg.norm(m)))
            for x in (E[vocab.index(first)], E[vocab.index(second)])]
    print(first, a, second, b)
    return {True: first, False: second}[bool(a > b)]
