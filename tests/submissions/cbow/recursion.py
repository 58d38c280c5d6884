# %% context
def context(tokens, i, w):
    if w == 0:
        return []
    inner = context(tokens, i, w - 1)
    before = [tokens[i - w]] if i - w >= 0 else []
    after = [tokens[i + w]] if i + w < len(tokens) else []
    return before + inner + after
# %% cbow_predict
def total(words, vocab, E):
    if not words:
        return None
    rest = total(words[1:], vocab, E)
    if words[0] not in vocab:
        return rest
    row = np.array(E[vocab.index(words[0])], dtype=float)
    return row if rest is None else row + rest

def best_of(names, rows, t):
    if len(names) == 1:
        return names[0], cosine(rows[0], t)
    half = len(names) // 2
    left, right = best_of(names[:half], rows[:half], t), best_of(names[half:], rows[half:], t)
    return right if right[1] > left[1] else left

def cbow_predict(tokens, i, w, vocab, E):
    t = total(context(tokens, i, w), vocab, E)
    return t if t is None else best_of(vocab, E, t)[0]
# %% closer
def closer(tokens, i, w, vocab, E, first, second):
    t = total(context(tokens, i, w), vocab, E)
    return best_of([first, second], [E[vocab.index(first)], E[vocab.index(second)]], t)[0]
