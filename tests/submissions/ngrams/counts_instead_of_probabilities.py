# based on: only_what_is_asked
# %% next_word_probabilities
def next_word_probabilities(sentences, previous):
    counts = {}
    for tokens in sentences:
        for first, second in word_ngrams(tokens, 2):
            if first == previous:
                counts[second] = counts.get(second, 0) + 1
    return counts
