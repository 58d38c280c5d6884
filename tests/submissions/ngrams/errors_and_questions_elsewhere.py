# based on: only_what_is_asked
# %% setup
import embedlab.grading
import a_package_that_nobody_has
# %% word_ngrams-try
print(word_ngrams("we met there", two))
# %% asks
name = input("What is your name? ")
n = int(input("n = "))
# %% nine-words
sentence = "the quick brown fox jumps over the lazy dog"
for n in (1, 2, 3, 5)
    print(n, count_word_ngrams(9, n))
# %% learned-try
1 / 0
# %% why_unseen_words_have_vectors
# Because of the n-grams.
