# %% word_ngrams
class Windows:
    """All windows of a sequence with marks."""

    def __init__(self, left, right, join):
        self.left, self.right, self.join = left, right, join

    def __call__(self, items, n):
        padded = [*self.left(n), *items, *self.right]
        return [self.join(padded[i:i + n]) for i in range(0, len(padded) + 1 - n)]


word_ngrams = Windows(lambda n: ["<S>"] * (n - 1), ["</S>"], tuple)
# %% count_word_ngrams
class Count:
    @staticmethod
    def of(length, n):
        return length + n - (n - 1)


count_word_ngrams = Count.of
# %% char_ngrams
char_ngrams = Windows(lambda n: "<", ">", "".join)
# %% subwords
subwords = lambda word, low, high: sorted({u for n in range(low, high + 1) for u in char_ngrams(word, n)} | {f"<{word}>"}, key=len)
