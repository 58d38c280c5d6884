# based on: plain_loops
# %% cbow_predict
def cbow_predict(tokens, i, w, vocab, E):
    mean = np.zeros(len(E[0]))
    for t in context(tokens, i, w):
        if t in vocab:
            mean = mean + np.array(E[vocab.index(t)])
    return vocab[int(np.argmax([cosine(row, mean) for row in E]))]
