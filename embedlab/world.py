"""A small artificial world: sentences whose latent attributes are known.

On real text nobody can say what a word vector *should* contain. Here every word is a bundle
of attributes (queen: person, female, adult, royal), and every open slot of a sentence is
drawn given ONE attribute of the sentence's head word, independently of the others:

    P(fillers | word) = product over its attributes of P(fillers of the attribute | its value).

The log of a product is a sum, so the co-occurrence statistics of a word are a sum over its
attributes and the parallelograms of the analogy task hold by design (the argument of Arora
et al. 2016, arXiv:1502.03520). What a chapter claims to find in learned vectors can be checked
against the attributes, and must vanish when the tokens are shuffled.

The tables come first (words, what each attribute value puts into a slot, sentence frames),
then the few functions that draw from them.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from itertools import chain, combinations, permutations

import numpy as np

from embedlab.numerics import IntArray, as_integer

MISSPELLING_RATE = 0.02
RARE_OCCURRENCES = 5

# Similarity pairs per distinct score, so that the many unrelated pairs do not drown the rest.
_PAIRS_PER_SCORE = 100

# Key: kind, the attribute that varies over the forms, its values, the other attributes.
# One line per paradigm: its forms, then its values of the other attributes.
_PARADIGMS = {
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

# A word with two topics has two senses, one in each sentence; the first word has only one.
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
_CUES = {
    "male": {"he": "he", "his": "his", "wear": "necktie|jacket"},
    "female": {"he": "she", "his": "her", "wear": "dress|necklace"},
    "young": {"look": "young|little", "chore": "homework|toys"},
    "adult": {"look": "busy|serious", "chore": "bills|keys"},
    "old": {"look": "old|tired", "chore": "glasses|medicine"},
    "royal": {"site": "palace|kingdom", "thing": "crown|throne"},
    "common": {"site": "village|street", "thing": "coat|neighbor"},
    "family": {"site": "cottage|parlor", "thing": "family|supper"},
    "kin": {"site": "hotel", "thing": "luggage"},
    "marriage": {"site": "chapel", "thing": "ring|vow"},
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
    "past": {"now": "just|already", "when": "yesterday|last week"},
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
    "yard": {"site": "yard|shed"},
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
    "food": {"vessel": "on the plate|in the bowl"},
    "road": {"site": "road|highway"},
    "rail": {"site": "rails|tracks"},
    "water": {"site": "canal|harbor"},
    "air": {"site": "runway|airport"},
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
    "electricity": {
        "does": "heats the wire|powers the lamp",
        "scene": "in the circuit|to the socket",
    },
    "season": {"does": "brings rain|changes the leaves", "scene": "in april|to the meadow"},
    "machine": {"does": "pushes the valve|holds the hinge", "scene": "in the clock|of the engine"},
}

# Slots that tell nothing about the head word.
_NEUTRAL_CUES = {
    "opener": "|||and|but|then|i think|they say|perhaps",
    "they": "we|they|you|the children|our friends",
}

# Most cues stand within four tokens of {word}, inside the window of a usual model.
_FRAMES = {
    "person": (
        "{opener} the {look} {word} with the {wear} lost {his} {thing} in the {site}",
        "{opener} the {word} forgot {his} {chore} and {his} {thing} in the {site}",
        "{he} is a {look} {word} and {he} found {his} {thing} in the {site}",
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
        "{when} {they} {now} {manner} {word} {object}",
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
        "{opener} {a} {taste} {word} {is} {prepared} {vessel}",
        "{vessel} {a} {prepared} {word} {has} {taste} {spice}",
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

# Section: an attribute and its two values, the rule of ``_analogy_pairs``.
_RELATIONS = {
    "gender": ("gender", "male", "female"),
    "royalty": ("status", "common", "royal"),
    "age": ("age", "adult", "young"),
    "rank": ("rank", "chief", "assistant"),
    "capital-country": ("kind", "capital", "country"),
    "country-nationality": ("kind", "country", "nationality"),
    "plural": ("number", "singular", "plural"),
    "comparative": ("degree", "positive", "comparative"),
    "superlative": ("degree", "positive", "superlative"),
    "present-participle": ("tense", "present", "participle"),
    "past-tense-regular": ("tense", "present", "past"),
    "past-tense-irregular": ("tense", "present", "past"),
}

# A rare word and its frequent twin; half of them share letters with the twin, half do not.
_RARE = """
    hound dog, steed horse, sovereign king, lad boy, physician doctor,
    tomcat cat, motorcar car, rowboat boat, schoolgirl girl, shortcake cake"""

_MISSPELLINGS = """
    prinsess princess, granfather grandfather, yesturday yesterday, goverment government,
    restarant restaurant, necklase necklace, elefant elephant, potatos potatoes,
    proffesor professor, swiming swimming, bigest biggest, egiptian egyptian"""


@dataclass(frozen=True)
class World:
    """A corpus and the truth about it; words that do not occur in the corpus are left out.

    Attributes:
        sentences: Lists of 6 to 14 lower-case tokens.
        attributes: Latent attributes of each word with one sense, such as
            ``{"kind": "person", "gender": "female", "age": "adult", "status": "royal"}``.
            The attribute ``country`` ties a capital, its country and its adjective.
        groups: The words of each kind ("animal", "food", "action", ...) and the words of each
            topic ("finance", "river", ...); no word is in two groups.
        analogies: Quadruples (a, b, c, d) of each section, read a : b :: c : d as in the Google
            test set, so that d should be nearest to B - A + C: ``analogy(E, b, a, c)``.
        similarities: (word, word, score in [0, 1]): the attributes (name and value) shared by
            the two words, divided by those of either (Jaccard index).
        senses: (sentence, position, topic) of every occurrence of a word with two senses.
        rare: Rare word -> frequent twin that it replaced in ``RARE_OCCURRENCES`` places (at most
            in a tenth of the twin's, where the corpus is small).
        misspellings: Wrong form -> right one; each occurrence of the right word turned into
            the wrong form with probability ``MISSPELLING_RATE``.
    """

    sentences: list[list[str]]
    attributes: dict[str, dict[str, str]]
    groups: dict[str, tuple[str, ...]]
    analogies: dict[str, list[tuple[str, str, str, str]]]
    similarities: list[tuple[str, str, float]]
    senses: list[tuple[int, int, str]]
    rare: dict[str, str]
    misspellings: dict[str, str]


@dataclass(frozen=True)
class _Head:
    """A word in one sense, its attributes, and the options of every slot around it."""

    word: str
    attributes: dict[str, str]
    slots: dict[str, list[str]]


def world(rng: np.random.Generator, n_sentences: int) -> World:
    """Draw a corpus from the grammar and return it with everything that is known about it.

    The same generator state gives the same corpus. From about 5,000 sentences on every word
    with attributes occurs; 20,000 to 50,000 are enough to learn the attributes.

    Args:
        rng: Source of all randomness.
        n_sentences: Number of sentences, at least 1.

    Raises:
        ValueError: If n_sentences is no integer, or less than 1.

    >>> corpus = world(np.random.default_rng(0), 10_000)
    >>> corpus.attributes["queen"]
    {'kind': 'person', 'gender': 'female', 'age': 'adult', 'status': 'royal'}
    >>> corpus.analogies["past-tense-irregular"][0]
    ('run', 'ran', 'eat', 'ate')
    """
    n_sentences = as_integer("n_sentences", n_sentences, 1)
    heads = _heads()
    head_of = rng.integers(len(heads), size=n_sentences)
    phrases, phrase_ids = _draw_phrases(head_of, rng)
    vocabulary, tokens, lengths = _split_phrases(phrases, phrase_ids)
    ends = np.cumsum(lengths)
    starts = ends - lengths
    two_senses = _words_with_two_senses()
    places = np.flatnonzero(np.isin(tokens, [vocabulary.get(word, -1) for word in two_senses]))
    sentence_of = np.searchsorted(ends, places, side="right")
    positions = places - starts[sentence_of]
    topics = [heads[head].attributes["topic"] for head in head_of[sentence_of]]
    tokens = _replace_words(tokens, vocabulary, rng)
    words = np.array(list(vocabulary), dtype=object)
    text = words[tokens].tolist()
    sentences = [text[i:j] for i, j in zip(starts.tolist(), ends.tolist(), strict=True)]
    known = set(text)
    attributes = {
        head.word: dict(head.attributes)
        for head in heads
        if head.word in known and head.word not in two_senses
    }
    return World(
        sentences=sentences,
        attributes=attributes,
        groups=_groups(attributes, known),
        analogies=_analogies(attributes),
        similarities=_similarities(attributes),
        senses=list(zip(sentence_of.tolist(), positions.tolist(), topics, strict=True)),
        rare={word: twin for word, twin in _pairs(_RARE) if word in known},
        misspellings={form: word for form, word in _pairs(_MISSPELLINGS) if form in known},
    )


@cache
def _heads() -> tuple[_Head, ...]:
    """Return every word in every sense."""
    heads = []
    for (kind, varying, values, others), lines in _PARADIGMS.items():
        for line in lines.strip().splitlines():
            forms, fixed = (part.split() for part in line.split(":"))
            siblings = dict(zip(values.split(), forms, strict=True))
            shared = dict(zip(others.split(), fixed, strict=True))
            for value, word in siblings.items():
                # The varying attribute comes second because of a place it is the kind itself.
                attributes = {"kind": kind, varying: value, **shared}
                heads.append(_head(word, attributes, siblings))
    for topic, words in _TOPICS.items():
        heads += [_head(word, {"kind": "thing", "topic": topic}, {}) for word in words.split()]
    return tuple(heads)


def _head(word: str, attributes: dict[str, str], siblings: dict[str, str]) -> _Head:
    slots = {"word": word, **_NEUTRAL_CUES, **siblings}
    for value in attributes.values():
        slots |= _CUES.get(value, {})
    return _Head(word, attributes, {slot: options.split("|") for slot, options in slots.items()})


def _words_with_two_senses() -> list[str]:
    counts = Counter(word for words in _TOPICS.values() for word in words.split())
    return [word for word, n_topics in counts.items() if n_topics > 1]


def _draw_phrases(head_of: IntArray, rng: np.random.Generator) -> tuple[list[str], IntArray]:
    """Return the distinct phrases, and a row of phrase numbers for each sentence (-1: none)."""
    heads = _heads()
    numbers: dict[str, int] = {}
    kind_of = np.array([head.attributes["kind"] for head in heads])[head_of]
    frame_of = rng.random(len(head_of))
    n_pieces = max(len(frame.split()) for frame in chain(*_FRAMES.values()))
    drawn = np.full((len(head_of), n_pieces), -1)
    for kind, frames in _FRAMES.items():
        of_kind = [i for i, head in enumerate(heads) if head.attributes["kind"] == kind]
        members = np.flatnonzero(kind_of == kind)
        choices = (frame_of[members] * len(frames)).astype(int)
        for choice, frame in enumerate(frames):
            chosen = members[choices == choice]
            rows = np.searchsorted(of_kind, head_of[chosen])
            for column, piece in enumerate(frame.split()):
                options = [
                    heads[i].slots[piece[1:-1]] if piece.startswith("{") else [piece]
                    for i in of_kind
                ]
                ids = [[numbers.setdefault(o, len(numbers)) for o in row] for row in options]
                drawn[chosen, column] = _draw_options(ids, rows, rng)
    return list(numbers), drawn


def _draw_options(ids: list[list[int]], rows: IntArray, rng: np.random.Generator) -> IntArray:
    """Return one of the options ids[row] for each row; earlier options are likelier."""
    n_options = np.array([len(row) for row in ids])
    table = np.zeros((len(ids), n_options.max()), dtype=int)
    for row, options in enumerate(ids):
        table[row, : len(options)] = options
    draws = rng.random(len(rows))
    # The density of u (1 + u) / 2 falls from 2 at zero to 2/3 at one.
    skewed = draws * (1.0 + draws) / 2.0
    drawn: IntArray = table[rows, (skewed * n_options[rows]).astype(int)]
    return drawn


def _split_phrases(
    phrases: list[str], phrase_ids: IntArray
) -> tuple[dict[str, int], IntArray, IntArray]:
    """Return the vocabulary, all tokens in a row, and the length of each sentence."""
    vocabulary: dict[str, int] = {}
    longest = max(len(phrase.split()) for phrase in phrases)
    # The last row answers phrase -1: no tokens.
    table = np.full((len(phrases) + 1, longest), -1)
    for row, phrase in enumerate(phrases):
        for column, word in enumerate(phrase.split()):
            table[row, column] = vocabulary.setdefault(word, len(vocabulary))
    tokens = table[phrase_ids].reshape(len(phrase_ids), -1)
    is_token = tokens >= 0
    return vocabulary, tokens[is_token], is_token.sum(axis=1)


def _replace_words(
    tokens: IntArray, vocabulary: dict[str, int], rng: np.random.Generator
) -> IntArray:
    """Return the tokens with rare words and misspellings; extends the vocabulary by them."""
    replaced = tokens.copy()
    for word, twin in _pairs(_RARE):
        places = np.flatnonzero(tokens == vocabulary.get(twin, -1))
        # The twin must stay the frequent one, in a small corpus too.
        n_places = min(RARE_OCCURRENCES, len(places) // 10)
        if n_places:
            chosen = rng.choice(len(places), size=n_places, replace=False)
            replaced[places[chosen]] = vocabulary.setdefault(word, len(vocabulary))
    slips = rng.random(len(tokens)) < MISSPELLING_RATE
    for form, word in _pairs(_MISSPELLINGS):
        is_wrong = slips & (replaced == vocabulary.get(word, -1))
        replaced[is_wrong] = vocabulary.setdefault(form, len(vocabulary))
    return replaced


def _pairs(table: str) -> list[tuple[str, str]]:
    """Return the pairs of a table "first second, first second, ..."."""
    return [(first, second) for first, second in (pair.split() for pair in table.split(","))]


def _groups(attributes: dict[str, dict[str, str]], known: set[str]) -> dict[str, tuple[str, ...]]:
    """Return the known words of each kind and of each topic."""
    groups = defaultdict(list)
    for word, values in attributes.items():
        groups[values.get("topic", values["kind"])].append(word)
    sources: dict[str, set[str]] = {
        value: set(_words(cues.values())) for value, cues in _CUES.items()
    }
    sources["frames"] = set(_words(chain(_NEUTRAL_CUES.values(), *_FRAMES.values())))
    n_sources = Counter(chain.from_iterable(sources.values()))
    for topic in _TOPICS:
        # A cue that other topics, kinds or frames use too says nothing about the topic.
        cues = dict.fromkeys(_words(_CUES[topic].values()))
        groups[topic] += [word for word in cues if n_sources[word] == 1 and word in known]
    return {name: tuple(words) for name, words in groups.items() if words}


def _words(texts: Iterable[str]) -> list[str]:
    return " ".join(texts).replace("|", " ").split()


def _analogies(
    attributes: dict[str, dict[str, str]],
) -> dict[str, list[tuple[str, str, str, str]]]:
    """Return, for each relation, every ordered pair of its word pairs."""
    sections = {}
    for section, relation in _RELATIONS.items():
        pairs = _analogy_pairs(attributes, *relation)
        if section.startswith("past-tense"):
            wants_regular = section == "past-tense-regular"
            pairs = [pair for pair in pairs if pair[1].endswith("ed") == wants_regular]
        sections[section] = [(a, b, c, d) for (a, b), (c, d) in permutations(pairs, 2)]
    return sections


def _analogy_pairs(
    attributes: dict[str, dict[str, str]], name: str, before: str, after: str
) -> list[tuple[str, str]]:
    """Return the word pairs that differ in one attribute alone, from one value to another."""
    families: dict[tuple[tuple[str, str], ...], dict[str, str]] = defaultdict(dict)
    for word, values in attributes.items():
        if name in values:
            others = tuple(item for item in values.items() if item[0] != name)
            families[others][values[name]] = word
    return [
        (family[before], family[after])
        for family in families.values()
        if before in family and after in family
    ]


def _similarities(attributes: dict[str, dict[str, str]]) -> list[tuple[str, str, float]]:
    """Return pairs of every similarity that occurs, spread evenly over the words."""
    items = {word: set(values.items()) for word, values in attributes.items()}
    by_score: dict[float, list[tuple[str, str]]] = defaultdict(list)
    for u, v in combinations(items, 2):
        by_score[len(items[u] & items[v]) / len(items[u] | items[v])].append((u, v))
    similarities = []
    for score, pairs in sorted(by_score.items()):
        n_chosen = min(_PAIRS_PER_SCORE, len(pairs))
        chosen = [pairs[i * len(pairs) // n_chosen] for i in range(n_chosen)]
        similarities += [(u, v, score) for u, v in chosen]
    return similarities
