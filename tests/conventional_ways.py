"""Conventional ways to write the functions of the assignment cosine, several for each.

Many honest students write one of these, name for name. A student of a made-up class takes one for
each function, so that no two of them ever copied.
"""

WAYS = {
    "cosine": [
        """
def cosine(u, v):
    dot = np.dot(u, v)
    norm_u = np.linalg.norm(u)
    norm_v = np.linalg.norm(v)
    if norm_u == 0 or norm_v == 0:
        return 0.0
    return dot / (norm_u * norm_v)
""",
        """
def cosine(u, v):
    u = np.array(u)
    v = np.array(v)
    norm_u = np.linalg.norm(u)
    norm_v = np.linalg.norm(v)
    if norm_u == 0 or norm_v == 0:
        return 0.0
    return np.dot(u, v) / (norm_u * norm_v)
""",
        """
def cosine(u, v):
    u = np.asarray(u, dtype=float)
    v = np.asarray(v, dtype=float)
    norm = np.linalg.norm(u) * np.linalg.norm(v)
    if norm == 0:
        return 0.0
    return np.dot(u, v) / norm
""",
        """
def cosine(u, v):
    if np.linalg.norm(u) == 0 or np.linalg.norm(v) == 0:
        return 0.0
    return np.dot(u, v) / (np.linalg.norm(u) * np.linalg.norm(v))
""",
        """
def cosine(u, v):
    dot = sum(a * b for a, b in zip(u, v))
    norm_u = math.sqrt(sum(a * a for a in u))
    norm_v = math.sqrt(sum(b * b for b in v))
    if norm_u == 0 or norm_v == 0:
        return 0.0
    return dot / (norm_u * norm_v)
""",
    ],
    "nearest": [
        """
def nearest(word, words, vectors, k):
    target = vectors[words.index(word)]
    scores = []
    for i in range(len(words)):
        if words[i] != word:
            scores.append((words[i], cosine(target, vectors[i])))
    scores.sort(key=lambda x: x[1], reverse=True)
    return [w for w, s in scores[:k]]
""",
        """
def nearest(word, words, vectors, k):
    target = vectors[words.index(word)]
    scores = []
    for w, vec in zip(words, vectors):
        if w != word:
            scores.append((cosine(target, vec), w))
    scores.sort(reverse=True)
    return [w for score, w in scores[:k]]
""",
        """
def nearest(word, words, vectors, k):
    idx = words.index(word)
    similarities = []
    for i, vec in enumerate(vectors):
        if i != idx:
            similarities.append((cosine(vectors[idx], vec), words[i]))
    similarities = sorted(similarities, key=lambda x: -x[0])
    return [w for _, w in similarities[:k]]
""",
        """
def nearest(word, words, vectors, k):
    target = vectors[words.index(word)]
    scores = {w: cosine(target, vectors[i]) for i, w in enumerate(words) if w != word}
    return sorted(scores, key=scores.get, reverse=True)[:k]
""",
        """
def nearest(word, words, vectors, k):
    idx = words.index(word)
    sims = [cosine(vectors[idx], v) for v in vectors]
    order = np.argsort(sims)[::-1]
    result = []
    for i in order:
        if i != idx:
            result.append(words[i])
    return result[:k]
""",
        """
def nearest(word, words, vectors, k):
    query = vectors[words.index(word)]
    others = [w for w in words if w != word]
    ranked = sorted(others, key=lambda w: cosine(query, vectors[words.index(w)]), reverse=True)
    return ranked[:k]
""",
    ],
    "analogy": [
        """
def analogy(a, b, c, words, vectors):
    target = vectors[words.index(a)] - vectors[words.index(b)] + vectors[words.index(c)]
    best_word = None
    best_score = -2
    for w, vec in zip(words, vectors):
        if w in (a, b, c):
            continue
        score = cosine(target, vec)
        if score > best_score:
            best_score = score
            best_word = w
    return best_word
""",
        """
def analogy(a, b, c, words, vectors):
    A = np.array(vectors[words.index(a)])
    B = np.array(vectors[words.index(b)])
    C = np.array(vectors[words.index(c)])
    target = A - B + C
    best_word = None
    best_score = -float("inf")
    for i in range(len(words)):
        if words[i] not in [a, b, c]:
            score = cosine(target, vectors[i])
            if score > best_score:
                best_score = score
                best_word = words[i]
    return best_word
""",
        """
def analogy(a, b, c, words, vectors):
    va = np.array(vectors[words.index(a)])
    vb = np.array(vectors[words.index(b)])
    vc = np.array(vectors[words.index(c)])
    target = va - vb + vc
    candidates = [w for w in words if w not in (a, b, c)]
    return max(candidates, key=lambda w: cosine(target, vectors[words.index(w)]))
""",
        """
def analogy(a, b, c, words, vectors):
    target = vectors[words.index(a)] - vectors[words.index(b)] + vectors[words.index(c)]
    scores = []
    for i, w in enumerate(words):
        if w not in [a, b, c]:
            scores.append((cosine(target, vectors[i]), w))
    return max(scores)[1]
""",
        """
def analogy(a, b, c, words, vectors):
    target = vectors[words.index(a)] - vectors[words.index(b)] + vectors[words.index(c)]
    scores = [cosine(target, v) for v in vectors]
    for w in (a, b, c):
        scores[words.index(w)] = -np.inf
    return words[np.argmax(scores)]
""",
    ],
    "odd_one_out": [
        """
def odd_one_out(group, words, vectors):
    lowest = None
    odd = None
    for w in group:
        total = 0
        for other in group:
            if other != w:
                total += cosine(vectors[words.index(w)], vectors[words.index(other)])
        if lowest is None or total < lowest:
            lowest = total
            odd = w
    return odd
""",
        """
def odd_one_out(group, words, vectors):
    means = []
    for w in group:
        scores = [cosine(vectors[words.index(w)], vectors[words.index(o)]) for o in group if o != w]
        means.append(np.mean(scores))
    return group[np.argmin(means)]
""",
        """
def odd_one_out(group, words, vectors):
    def score(w):
        v = vectors[words.index(w)]
        return sum(cosine(v, vectors[words.index(o)]) for o in group if o != w)
    return min(group, key=score)
""",
    ],
}
