# %% title
# # My solutions
# %% marks
START, END, LEFT, RIGHT = "<S>", "</S>", "<", ">"

def starts(padded, n):
    """Return the positions where a piece of n can start."""
    return range(0, max(0, len(padded) - n + 1))

def padded_word(word):
    return LEFT + word + RIGHT
# %% word_ngrams
def word_ngrams(tokens, n):
    padded = [START] * (n - 1)
    padded.extend(tokens)
    padded.append(END)
    return [tuple(padded[i + j] for j in range(n)) for i in starts(padded, n)]
# %% count_word_ngrams
def count_word_ngrams(length, n):
    return len(starts(range(n - 1 + length + 1), n))
# %% char_ngrams
def char_ngrams(word, n):
    padded = padded_word(word)
    return [padded[slice(i, i + n)] for i in starts(padded, n)]
# %% subwords
def subwords(word, n_min, n_max):
    return all_pieces(word, n_min, n_max) | {padded_word(word)}
# %% later
def all_pieces(word, n_min, n_max):
    return {piece for n in range(n_min, n_max + 1) for piece in char_ngrams(word, n)}
