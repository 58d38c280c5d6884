# %% mean_vector
def mean_vector(sentence, embedding, ignore):
    d = 0
    for key in embedding:
        d = len(embedding[key])
        break
    total = [0] * d
    n = 0
    for word in sentence:
        if word in ignore:
            continue
        if word not in embedding:
            continue
        v = embedding[word]
        for i in range(d):
            total[i] = total[i] + v[i]
        n = n + 1
    if n > 0:
        for i in range(d):
            total[i] = total[i] / n
    return total

# %% idf_table
import math

def idf_table(texts):
    result = {}
    N = len(texts)
    for text in texts:
        for word in text:
            if word in result:
                continue
            df = 0
            for other in texts:
                found = False
                for w in other:
                    if w == word:
                        found = True
                if found:
                    df += 1
            result[word] = math.log((1 + N) / (1 + df)) + 1
    return result

# %% sentence_vector
def sentence_vector(sentence, embedding, table, ignore):
    d = len(list(embedding.values())[0])
    total = [0.0] * d
    weights = 0.0
    done = []
    for word in sentence:
        if word in done or word in ignore or word not in embedding:
            continue
        done.append(word)
        tf = 0
        for other in sentence:
            if other == word:
                tf += 1
        if word in table:
            weight = tf * table[word]
        else:
            weight = tf
        weights += weight
        for i in range(d):
            total[i] += weight * float(embedding[word][i])
    if weights == 0:
        return total
    return tuple([x / weights for x in total])

# %% sentence_similarity
def sentence_similarity(first, second, embedding, table, ignore):
    u = sentence_vector(first, embedding, table, ignore)
    v = sentence_vector(second, embedding, table, ignore)
    dot = uu = vv = 0
    for i in range(len(u)):
        dot += u[i] * v[i]
        uu += u[i] * u[i]
        vv += v[i] * v[i]
    if uu == 0 or vv == 0:
        return 0
    return dot / math.sqrt(uu * vv)
