# based on: numpy_lines
# %% setup
import a_package_that_nobody_has
import embedlab.grading
# %% imports
import numpy as np
name = input("What is your name? ")
window = int(input("window = "))
# %% context-try
print(context(sentence, 400, 2))
# %% mine
for i in (1, 2, 3)
    print(i)
# %% prediction-try
print(cbow_predict(sentence, two, 2, vocab, E))
# %% practice
1 / 0
# %% learned-senses
learned = None
learned.sentences(3)
# %% what_an_average_forgets
# I do not know.
