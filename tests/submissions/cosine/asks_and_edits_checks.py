# based on: numpy_lines
# %% title
# # Which words are alike?
#
# (I deleted the long text.)

# %% name
name = input("Who are you? ")
number = int(input("And your number? "))
print("Hello", name, number + 1)

# %% cosine
def cosine(u, v):
    u = list(map(float, u))
    v = list(map(float, v))
    # a warning is no error
    with np.errstate(all="warn"):
        c = np.dot(u, v) / np.float64(np.dot(u, u) ** 0.5) / np.float64(np.dot(v, v) ** 0.5)
    return 0.0 if np.isnan(c) else c

chosen = input("cosine or dot? ")

# %% cosine_of_ordinary_vectors
# I read this cell and added a line.
import embedlab.grading

print("now comes the check")
embedlab.grading.check("cosine_of_ordinary_vectors", version=2)

# %% plots
import matplotlib.pyplot as plt

plt.scatter(vectors[:, 0], vectors[:, 1])
for word, (x, y) in table.items():
    plt.annotate(word, (x, y))
plt.show()

# %% practice
print(nearest("the", words, vectors, 3))
print(this_name_does_not_exist)
