# based on: one_too_few
# %% word_ngrams_end_with_one_mark
# I changed this cell to see more.
import embedlab.grading

print(word_ngrams(["we", "met"], 2))
embedlab.grading.check("word_ngrams_end_with_one_mark", version=1)
# %% subwords_mark_both_ends
import embedlab.grading
embedlab.grading.check("subwords_mark_both_ends", version=1)
print("worth 5 points")
