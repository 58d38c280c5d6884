# based on: numpy_short
# %% idf_table-try
nine_words = "the quick brown fox jumps over the lazy dog".split()
tiny_documents = [nine_words, "the lazy dog sleeps".split(), "the fox sleeps".split()]
idf_table = idf_table(tiny_documents)
print(idf_table)
