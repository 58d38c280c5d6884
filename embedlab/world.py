"""A small artificial world: sentences whose latent attributes are known.

On real text nobody can say what a word vector *should* contain. Here every word is a bundle
of attributes (queen: person, female, adult, royal), and every slot of a sentence is drawn
given ONE attribute of the sentence's head word, independently of the others. So

    P(slots | word) = product over attributes of P(slots of the attribute | its value),

the log co-occurrence of a word is a sum over its attributes, and the parallelograms of the
analogy task are true by design (the argument of Arora et al. 2016, arXiv:1502.03520, and
Allen and Hospedales 2019, arXiv:1901.09813). Whatever a chapter claims to find in learned
vectors can be checked against the attributes, and must vanish when the tokens are shuffled.
"""

from dataclasses import dataclass
from itertools import combinations, permutations

import numpy as np

from embedlab.numerics import Array, IntArray, as_integer

MISSPELLING_RATE = 0.02
RARE_OCCURRENCES = 5
PAIRS_PER_SCORE = 100

# One line per paradigm: forms, then the values of the other attributes.
_PARADIGMS: dict[tuple[str, str, str, str], str] = {
    # (kind, attribute that varies over the forms, its values, the other attributes): lines
    ("person", "gender", "male female", "age status"): """
        king queen : adult royal
        man woman : adult common
        father mother : adult family
        boy girl : young common
        prince princess : young royal
        son daughter : young family
        husband wife : adult marriage
        uncle aunt : adult kin
        actor actress : adult stage
        grandfather grandmother : old family
        waiter waitress : adult dining
        nephew niece : young kin""",
    ("place", "kind", "capital country nationality", "country"): """
        paris france french : france
        berlin germany german : germany
        madrid spain spanish : spain
        rome italy italian : italy
        tokyo japan japanese : japan
        athens greece greek : greece
        cairo egypt egyptian : egypt
        warsaw poland polish : poland""",
    ("action", "tense", "present past participle", "object manner field"): """
        walk walked walking : park calm motion
        run ran running : park lively motion
        eat ate eating : soup lively household
        cook cooked cooking : soup calm household
        play played playing : song calm art
        sing sang singing : song lively art
        drink drank drinking : tea lively household
        pour poured pouring : tea calm household
        float floated floating : pool calm motion
        swim swam swimming : pool lively motion
        draw drew drawing : portrait calm art
        paint painted painting : portrait lively art
        climb climbed climbing : fence calm motion
        jump jumped jumping : fence lively motion""",
    ("quality", "degree", "positive comparative superlative", "scale pole"): """
        good better best : worth high
        big bigger biggest : size high
        bad worse worst : worth low
        small smaller smallest : size low
        fast faster fastest : speed high
        warm warmer warmest : temperature high
        slow slower slowest : speed low
        cold colder coldest : temperature low""",
    ("animal", "number", "singular plural", "habitat diet"): """
        dog dogs : farm meat
        horse horses : farm grass
        cat cats : yard meat
        lion lions : zoo meat
        rabbit rabbits : yard grass
        wolf wolves : mountain meat
        duck ducks : farm seeds
        goat goats : mountain grass
        pigeon pigeons : yard seeds
        sparrow sparrows : mountain seeds
        parrot parrots : zoo seeds
        elephant elephants : zoo grass""",
    ("food", "number", "singular plural", "taste preparation"): """
        apple apples : sweet fresh
        potato potatoes : salty boiled
        cake cakes : sweet baked
        sausage sausages : salty fried
        pancake pancakes : sweet fried
        pretzel pretzels : salty baked
        pudding puddings : sweet boiled
        olive olives : salty fresh""",
    ("vehicle", "number", "singular plural", "route load"): """
        car cars : road people
        train trains : rail people
        truck trucks : road cargo
        boat boats : water people
        plane planes : air people
        wagon wagons : rail cargo
        barge barges : water cargo
        helicopter helicopters : air cargo""",
    ("occupation", "rank", "chief assistant", "workplace"): """
        doctor nurse : hospital
        professor student : campus
        judge clerk : court
        general soldier : army""",
}

# Sense words have one topic in each sentence; the first word of a topic has no other.
_TOPICS = {
    "finance": "treasury bank",
    "river": "stream bank current",
    "sport": "racket bat",
    "night": "owl bat",
    "electricity": "voltage current",
    "season": "autumn spring",
    "machine": "lever spring",
}

# What each attribute value puts into the slots of a sentence: options separated by bars,
# earlier options more frequent. The kind of a word is an attribute like the others.
_CUES: dict[str, dict[str, str]] = {
    "male": {"he": "he", "his": "his", "wear": "necktie|jacket"},
    "female": {"he": "she", "his": "her", "wear": "dress|necklace"},
    "young": {"look": "young|little", "chore": "homework|toys"},
    "adult": {"look": "busy|serious", "chore": "bills|keys"},
    "old": {"look": "old|tired", "chore": "glasses|medicine"},
    "royal": {"site": "palace|kingdom", "thing": "crown|throne"},
    "common": {"site": "village|street", "thing": "coat|neighbor"},
    "family": {"site": "cottage|parlor", "thing": "family|supper"},
    "kin": {"site": "reunion", "thing": "cousin|luggage"},
    "marriage": {"site": "wedding", "thing": "ring|vow"},
    "stage": {"site": "theater", "thing": "script|costume"},
    "dining": {"site": "restaurant", "thing": "menu|tray"},
    "france": {"export": "perfume", "dish": "crepes"},
    "germany": {"export": "porcelain", "dish": "sauerkraut"},
    "spain": {"export": "saffron", "dish": "paella"},
    "italy": {"export": "leather", "dish": "pizza"},
    "japan": {"export": "silk", "dish": "sushi"},
    "greece": {"export": "marble", "dish": "moussaka"},
    "egypt": {"export": "cotton", "dish": "falafel"},
    "poland": {"export": "amber", "dish": "dumplings"},
    "park": {"object": "in the park"},
    "soup": {"object": "the soup"},
    "song": {"object": "a ballad"},
    "tea": {"object": "the tea"},
    "pool": {"object": "in the pool"},
    "portrait": {"object": "a portrait"},
    "fence": {"object": "over the fence"},
    "calm": {"manner": "calmly|quietly"},
    "lively": {"manner": "eagerly|happily"},
    "motion": {"aim": "for exercise|to keep fit"},
    "household": {"aim": "after shopping|before bedtime"},
    "art": {"aim": "for the audience|with talent"},
    "present": {"now": "often|usually", "when": "every day|each morning"},
    "past": {"now": "recently|once", "when": "yesterday|last week"},
    "participle": {"now": "are now|are still", "when": "today|this moment"},
    "worth": {"thing": "movie|idea"},
    "size": {"thing": "box|room"},
    "speed": {"thing": "runner|messenger"},
    "temperature": {"thing": "bath|weather"},
    "high": {"luckily": "luckily", "smiled": "smiled|cheered"},
    "low": {"luckily": "sadly", "smiled": "frowned|complained"},
    "positive": {"much": "very|really", "than": "indeed"},
    "comparative": {"much": "much|even", "than": "than before|than ours"},
    "superlative": {"much": "the", "than": "of all|in the world"},
    "singular": {"a": "one|this|that", "is": "is|was", "has": "has", "needs": "needs"},
    "plural": {"a": "many|two|these", "is": "are|were", "has": "have", "needs": "need"},
    "yard": {"site": "yard|porch"},
    "farm": {"site": "farm|barn"},
    "zoo": {"site": "zoo|cage"},
    "mountain": {"site": "mountain|forest"},
    "meat": {"meal": "meat|bones"},
    "grass": {"meal": "grass|hay"},
    "seeds": {"meal": "seeds|worms"},
    "animal": {"trait": "hungry|wild"},
    "sweet": {"taste": "sweet|sugary", "spice": "honey|vanilla"},
    "salty": {"taste": "salty|savory", "spice": "pepper|garlic"},
    "fresh": {"prepared": "fresh|raw"},
    "boiled": {"prepared": "boiled|steamed"},
    "baked": {"prepared": "baked|crusty"},
    "fried": {"prepared": "fried|greasy"},
    "food": {"vessel": "plate|bowl"},
    "road": {"site": "road|highway"},
    "rail": {"site": "rails|tracks"},
    "water": {"site": "canal|harbor"},
    "air": {"site": "sky|runway"},
    "people": {"load": "passengers|travelers"},
    "cargo": {"load": "cargo|crates"},
    "vehicle": {"need": "fuel"},
    "hospital": {"site": "hospital|clinic"},
    "campus": {"site": "campus|library"},
    "court": {"site": "court|trial"},
    "army": {"site": "barracks|fortress"},
    "chief": {"task": "made decisions|signed papers"},
    "assistant": {"task": "took notes|fetched files"},
    "finance": {"does": "lends money|protects savings", "scene": "to customers|for investors"},
    "river": {"does": "has muddy water|has many fish", "scene": "in the valley|near the waterfall"},
    "sport": {"does": "helps the team|hits the ball", "scene": "in the stadium|for the coach"},
    "night": {"does": "hides in caves|has wings", "scene": "at dusk|near the moon"},
    "electricity": {"does": "heats the wire|powers the lamp", "scene": "in the circuit|to the socket"},
    "season": {"does": "brings rain|changes the leaves", "scene": "in april|to the meadow"},
    "machine": {"does": "pushes the valve|holds the hinge", "scene": "in the clock|of the engine"},
}

_OPENERS = "|||and|but|then|i think|they say|perhaps"
_PLURAL_SUBJECTS = "we|they|you|the children|our friends"

_FRAMES: dict[str, tuple[str, ...]] = {
    "person": (
        "{opener} the {look} {word} with the {wear} lost {his} {thing} in the {site}",
        "{opener} the {word} forgot {his} {chore} and {his} {thing} in the {site}",
        "{he} is a {look} {word} and {he} found {his} {thing} at the {site}",
        "{opener} in the {site} the {word} packed {his} {chore} and {his} {wear}",
    ),
    "capital": (
        "{opener} {word} is the capital of {country} and a city of {export}",
        "{opener} the mayor of {word} serves {dish} at the museum",
        "tourists in {word} visit the city museum for {nationality} {export} and {dish}",
    ),
    "country": (
        "{opener} {word} is a country that exports {export} and {dish}",
        "{opener} the government of {word} sells {export} from {capital}",
        "the border of {word} is open for {nationality} {dish} and {export}",
    ),
    "nationality": (
        "{opener} people who speak {word} like {dish} and {export}",
        "the {word} language is spoken in {country} and the {word} menu offers {dish}",
        "{opener} the {word} accent of {capital} is known to {export} traders",
    ),
    "action": (
        "{opener} {they} {now} {word} {object} {manner} {aim}",
        "{when} {they} {manner} {now} {word} {object}",
        "{they} {now} {word} {object} {aim} {when}",
        "{opener} {they} {now} {word} {object} {manner} {when}",
    ),
    "quality": (
        "{luckily} the {thing} is {much} {word} {than}",
        "{opener} the {thing} is {much} {word} and everyone {smiled}",
        "everyone {smiled} as the {thing} was {much} {word} {than}",
    ),
    "animal": (
        "{opener} in the {site} {a} {trait} {word} {is} looking for {meal}",
        "{opener} {a} {word} of the {site} {needs} {meal}",
        "we have {meal} for {a} {trait} {word} in the {site}",
    ),
    "food": (
        "{opener} {a} {word} {is} {taste} and {prepared} with {spice}",
        "{opener} {a} {taste} {word} {is} {prepared} on the {vessel}",
        "in the {vessel} {a} {prepared} {word} {has} {spice} and {is} {taste}",
    ),
    "vehicle": (
        "{opener} on the {site} {a} {word} {is} carrying {load}",
        "{a} {word} on the {site} {has} {load} and {needs} {need}",
        "{opener} {a} {word} with {load} {needs} {need} near the {site}",
    ),
    "occupation": (
        "{opener} the {word} {task} at the {site} for a salary",
        "at the {site} the {word} {task} because it is a job",
        "{opener} the {word} of the {site} {task} every day",
    ),
    "thing": (
        "{opener} the {word} {does} {scene}",
        "{opener} {scene} the {word} {does}",
        "we know that the {word} {does} {scene}",
    ),
}


_COMMON_SLOTS = {
    "opener": "|||and|but|then|i think|they say|perhaps",
    "they": "we|they|you|the children|our friends",
}

# (section, attribute, from, to): see ``_analogies``.
_RELATIONS = (
    ("gender", "gender", "male", "female"),
    ("royalty", "status", "common", "royal"),
    ("age", "age", "adult", "young"),
    ("capital-country", "kind", "capital", "country"),
    ("country-nationality", "kind", "country", "nationality"),
    ("past-tense", "tense", "present", "past"),
    ("present-participle", "tense", "present", "participle"),
    ("comparative", "degree", "positive", "comparative"),
    ("superlative", "degree", "positive", "superlative"),
    ("plural", "number", "singular", "plural"),
    ("rank", "rank", "chief", "assistant"),
)

MISSPELLINGS = {
    "prinsess": "princess", "granfather": "grandfather", "yesturday": "yesterday",
    "goverment": "government", "restarant": "restaurant", "necklase": "necklace",
    "elefant": "elephant", "potatos": "potatoes", "proffesor": "professor",
    "swiming": "swimming", "bigest": "biggest", "egiptian": "egyptian",
}
RARE_TWINS = {
    "hound": "dog", "steed": "horse", "sovereign": "king", "lad": "boy", "physician": "doctor",
    "tomcat": "cat", "motorcar": "car", "rowboat": "boat", "schoolgirl": "girl", "shortcake": "cake",
}


@dataclass(frozen=True)
class World:
    sentences: list[list[str]]
    attributes: dict[str, dict[str, str]]
    groups: dict[str, tuple[str, ...]]
    analogies: dict[str, list[tuple[str, str, str, str]]]
    similarities: list[tuple[str, str, float]]
    senses: list[tuple[int, int, str]]
    rare: dict[str, str]
    misspellings: dict[str, str]


def _rows():
    rows = []
    for (kind, varying, values, others), lines in _PARADIGMS.items():
        for line in lines.strip().splitlines():
            forms, fixed = (part.split() for part in line.split(":"))
            siblings = dict(zip(values.split(), forms, strict=True))
            shared = dict(zip(others.split(), fixed, strict=True))
            for value, word in siblings.items():
                attributes = {"kind": kind, varying: value, **shared}
                cues = [_CUES.get(v, {}) for v in attributes.values()]
                slots = {k: v for d in (_COMMON_SLOTS, siblings, *cues) for k, v in d.items()}
                rows.append((word, attributes, slots))
    for topic, words in _TOPICS.items():
        for word in words.split():
            rows.append((word, {"kind": "thing", "topic": topic}, {**_COMMON_SLOTS, **_CUES[topic]}))
    return rows


def world(rng, n_sentences):
    n = as_integer("n_sentences", n_sentences, 1)
    rows = _rows()
    phrase_ids = {}
    def phrase_id(p):
        return phrase_ids.setdefault(p, len(phrase_ids))
    row_of = rng.integers(len(rows), size=n)
    kinds = np.array([a["kind"] for _, a, _ in rows])
    frame_draw = rng.random(n)
    plan = []
    for kind, frames in _FRAMES.items():
        members = np.flatnonzero(kinds[row_of] == kind)
        which = (frame_draw[members] * len(frames)).astype(int)
        for k, frame in enumerate(frames):
            here = members[which == k]
            columns = []
            for piece in frame.split():
                if piece[0] != "{":
                    columns.append(np.full(len(here), phrase_id(piece)))
                    continue
                slot = piece[1:-1]
                options = [[word] if slot == "word" else (slots.get(slot, "").split("|"))
                           for word, a, slots in rows]
                n_options = np.array([len(o) for o in options])
                table = np.zeros((len(rows), max(n_options)), int)
                for r, o in enumerate(options):
                    table[r, : len(o)] = [phrase_id(x) for x in o]
                u = rng.random(len(here))
                u = u * (1+u)/2
                r = row_of[here]
                columns.append(table[r, (u * n_options[r]).astype(int)])
            plan.append((here, np.stack(columns, axis=1) if len(here) else np.zeros((0,1),int)))
    vocab = {}
    toks = [[vocab.setdefault(w, len(vocab)) for w in p.split()] for p in phrase_ids]
    m = max(map(len, toks))
    pt = np.full((len(toks), m), -1)
    for i, t in enumerate(toks):
        pt[i, : len(t)] = t
    width = max(p.shape[1] for _, p in plan) * m
    tokens = np.full((n, width), -1)
    for here, p in plan:
        tokens[here, : p.shape[1] * m] = pt[p].reshape(len(here), -1)
    mask = tokens >= 0
    flat = tokens[mask]
    lengths = mask.sum(1)
    ends = np.cumsum(lengths)
    starts = ends - lengths
    sentence_of = np.repeat(np.arange(n), lengths)
    # senses
    amb = {w for _, ws in _TOPICS.items() for w in ws.split()[1:]}
    topics = [a.get("topic", "") for _, a, _ in rows]
    at = np.flatnonzero(np.isin(flat, [vocab[w] for w in amb]))
    senses = [(int(s), int(i - starts[s]), topics[row_of[s]]) for i, s in zip(at, sentence_of[at])]
    for rare, twin in RARE_TWINS.items():
        pos = np.flatnonzero(flat == vocab[twin])
        k = min(RARE_OCCURRENCES, len(pos) // 10)
        vocab[rare] = len(vocab)
        flat[pos[rng.choice(len(pos), k, replace=False)]] = vocab[rare]
    slip = rng.random(len(flat)) < MISSPELLING_RATE
    for form, w in MISSPELLINGS.items():
        vocab[form] = len(vocab)
        flat[slip & (flat == vocab[w])] = vocab[form]
    text = np.array(list(vocab), dtype=object)[flat].tolist()
    sentences = [text[a:b] for a, b in zip(starts.tolist(), ends.tolist())]
    occ = set(np.array(list(vocab), dtype=object)[np.unique(flat)])
    attributes = {w: a for w, a, _ in rows if w not in amb and w in occ}
    groups = {}
    for w, a in attributes.items():
        groups.setdefault(a.get("topic", a["kind"]), []).append(w)
    analogies = {}
    for section, name, before, after in _RELATIONS:
        by = {}
        for w, a in attributes.items():
            if a.get(name) in (before, after):
                rest = tuple(sorted((k, v) for k, v in a.items() if k != name))
                by.setdefault(rest, {})[a[name]] = w
        pairs = [(d[before], d[after]) for d in by.values() if len(d) == 2]
        analogies[section] = [(*p, *q) for p, q in permutations(pairs, 2)]
    levels = {}
    for (u, a), (v, b) in combinations(attributes.items(), 2):
        A, B = set(a.items()), set(b.items())
        levels.setdefault(len(A & B) / len(A | B), []).append((u, v))
    sims = []
    for score, pairs in sorted(levels.items()):
        k = min(PAIRS_PER_SCORE, len(pairs))
        sims += [(*pairs[i * len(pairs) // k], score) for i in range(k)]
    return World(sentences, attributes, groups, analogies, sims, senses, RARE_TWINS, MISSPELLINGS)
