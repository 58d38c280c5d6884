# based on: only_what_is_asked
# %% word_ngrams
def word_ngrams(tokens, n):
    for k in range(n - 1):
        tokens.insert(0, "<S>")
    tokens.append("</S>")
    return [tuple(tokens[i:i + n]) for i in range(len(tokens) - n + 1)]
# %% next_word_probabilities
def next_word_probabilities(sentences, previous):
    counts = {}
    for sentence in sentences:
        for first, second in word_ngrams(sentence, 2):
            if first == previous:
                counts[second] = counts.get(second, 0) + 1
    return {word: counts[word] / sum(counts.values()) for word in counts}
