# based on: numpy_lines
# %% closer-try
closer = closer(["law", "?", "court"], 1, 1, vocab, E, "germany", "trade")
print(closer)
