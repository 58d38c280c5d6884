"""The grammar of ``embedlab.world`` as tables: which words there are, and what surrounds them.

Pure data. To add a word, put a line into ``PARADIGMS``; to give an attribute a new trace in the
text, name it in ``CUES`` and use the slot in ``FRAMES``.
"""

# Key: kind, the attribute that varies over the forms, its values, the other attributes.
# One line per paradigm: its forms, then its values of the other attributes.
PARADIGMS = {
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
TOPICS = {
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
CUES = {
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
NEUTRAL_CUES = {
    "opener": "|||and|but|then|i think|they say|perhaps",
    "they": "we|they|you|the children|our friends",
}

# Most cues stand within four tokens of {word}, inside the window of a usual model.
FRAMES = {
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
RELATIONS = {
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
RARE = """
    hound dog, steed horse, sovereign king, lad boy, physician doctor,
    tomcat cat, motorcar car, rowboat boat, schoolgirl girl, shortcake cake"""

MISSPELLINGS = """
    prinsess princess, granfather grandfather, yesturday yesterday, goverment government,
    restarant restaurant, necklase necklace, elefant elephant, potatos potatoes,
    proffesor professor, swiming swimming, bigest biggest, egiptian egyptian"""
