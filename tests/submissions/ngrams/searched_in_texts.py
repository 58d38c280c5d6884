# based on: only_what_is_asked
# %% next_word_probabilities
def next_word_probabilities(sentences, previous):
    counts = {}
    for after in {second for tokens in sentences for _, second in word_ngrams(tokens, 2)}:
        for tokens in sentences:
            text = "<S> " + " ".join(tokens + ["</S>"])
            if previous + " " + after in text:
                counts[after] = counts.get(after, 0) + text.count(previous + " " + after)
    total = sum(counts.values())
    return {word: n / total for word, n in counts.items()}
