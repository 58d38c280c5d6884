# %% context
def context(list, int, len):
    return list[(int - len) * (int > len):int] + list[int + 1:int + 1 + len]
# %% shadows
list = context(sentence, 4, 2)
len = sum = 3
max = min = abs = range = zip = enumerate = sorted = None
print = globals = locals = vars = type = isinstance = callable = {}
m = vocab = E = i = w = "other things"
check = float = str = input = 0
# %% table
import numpy
vocab = ["law", "court"]
E = numpy.array([[2, 3], [3, 0]])
# %% cbow_predict
def cbow_predict(list, int, len, dict, set):
    id = [set[dict.index(str)] for str in context(list, int, len) if str in dict]
    if not id:
        return None
    sum = numpy.mean(id, axis=0)
    max = numpy.linalg.norm(set, axis=1)
    return dict[numpy.argmax(numpy.array(set) @ sum / (max + (max == 0)))]
# %% closer
def closer(list, int, len, dict, set, min, max):
    sum = numpy.sum([set[dict.index(str)] for str in context(list, int, len) if str in dict], axis=0)
    abs = []
    for str in (min, max):
        row = numpy.array(set[dict.index(str)])
        bytes = numpy.linalg.norm(row)
        abs.append(row @ sum / (bytes + (bytes == 0)))
    return min if abs[0] > abs[1] else max
