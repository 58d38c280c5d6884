"""Where the five source documents contradict each other, or themselves.

Who is right the ledger says: each contradiction names the claims that it is about.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Contradiction:
    """Claims that cannot all be true.

    Attributes:
        ids: Their numbers.
        says: Who says what.
    """

    ids: tuple[str, ...]
    says: str


CONTRADICTIONS: tuple[Contradiction, ...] = (
    Contradiction(
        ("C318",),
        "Two versions of the deck give Part II another name and another place than the full one, "
        "and have no Part I.",
    ),
    Contradiction(
        ("C026", "C027"),
        "One slide prints 0.95 and 0.1 for cat with kitten and with computer, another draws the "
        "same pairs at 15° and 85°, which are 0.97 and 0.09.",
    ),
    Contradiction(
        ("C032", "C067"),
        "The deck puts opposites at 180°; the study page says that antonyms share contexts and so "
        "come close.",
    ),
    Contradiction(
        ("C049", "C044"),
        "The study page calls king − man the royal gender offset, the deck the royalty vector.",
    ),
    Contradiction(
        ("C024", "C023"),
        "The study page gives gender and royalty dimensions of their own, the deck lets every "
        "dimension capture some aspect; elsewhere both are directions.",
    ),
    Contradiction(
        ("X201", "C006"),
        "The deck's first table gives (0, 1, 0, …) to dog, its summary gives it to cat.",
    ),
    Contradiction(
        ("C006", "C008"),
        "A table gives the second place to dog; the sum beside it needs kitten there.",
    ),
    Contradiction(
        ("C009", "C037"),
        "The deck calls a sum of one-hot vectors meaningless; the note compares documents by their "
        "word counts, which are such sums.",
    ),
    Contradiction(
        ("C012", "C011", "C013"),
        "One slide gives one-hot vectors 99.9% zeros; others have 99.998% for 50,000 words and "
        "99.999% for 170,000.",
    ),
    Contradiction(
        ("C022",),
        "The slide that says 100 times smaller goes from 50,000 dimensions to 100–300, which is "
        "167 to 500 times.",
    ),
    Contradiction(
        ("C031", "C223"),
        "One slide puts unrelated words at 90°, another lets the average cosine of a vocabulary "
        "pass 0.5, which is an angle below 60° between words taken at random.",
    ),
    Contradiction(
        ("C044", "C046", "C047", "C048"),
        "The deck writes king − man + woman = queen with similarity 1.0, elsewhere finds queen in "
        "60 to 70% of cases; the study page says often, and that such analogies often fail.",
    ),
    Contradiction(
        ("C075", "C071", "C072", "C073", "C074"),
        "A slide's formula for the number of pairs gives none of the four totals that its own "
        "figures print.",
    ),
    Contradiction(
        ("C078", "C079"),
        "One slide of the deck lets a word predict itself (j = 0), another leaves that out.",
    ),
    Contradiction(
        ("C084", "C079"),
        "The deck's gradient has the term j = 0 and no 1/T; the objective above it has it the "
        "other way.",
    ),
    Contradiction(
        ("C080", "C081"),
        "Two versions of the deck have different denominators of the softmax.",
    ),
    Contradiction(
        ("C080", "C082"),
        "On one slide both tables of vectors are called v, on another v and v′.",
    ),
    Contradiction(
        ("C083", "C119"),
        "One slide makes W a matrix of V × D and the embedding a row of it; another writes W times "
        "the one-hot vector, which would pick a column, and whose shapes do not fit.",
    ),
    Contradiction(
        ("C089", "C090"),
        "Two versions of the deck let the same step move different vectors.",
    ),
    Contradiction(
        ("C114", "C116"),
        "The figure of the architecture has ten words, that of the forward pass eight.",
    ),
    Contradiction(
        ("C110", "C128"),
        "The note lets words that never meet drift apart and the study page those that meet come "
        "close; the note's own principle asks for similar contexts, not for meeting.",
    ),
    Contradiction(
        ("C112", "C113"),
        "The note lets CBOW choose the word of highest cosine, the study page by a softmax over "
        "output vectors.",
    ),
    Contradiction(
        ("C107", "C215"),
        "On one slide the best dimension follows from the number of words alone, and grows with "
        "the entropy of their distribution, which that formula does not have.",
    ),
    Contradiction(
        ("C125", "C126"),
        "The deck compares two words at one context, the study page two contexts of one word, and "
        "both say that this ratio carries the meaning.",
    ),
    Contradiction(
        ("C125", "C136"),
        "The deck divides each count by its row's total before it takes the ratio, the note does "
        "not and calls the result the same.",
    ),
    Contradiction(
        ("C129", "C132"),
        "The study page's table of counts needs a window of 1 for river and bank, and a window of "
        "2 for river and water.",
    ),
    Contradiction(
        ("C144", "C145"),
        "The study page lets run and running share unn, which by its own rule is no trigram of "
        "run.",
    ),
    Contradiction(
        ("C149", "C150"),
        "The note gives two lists of the n-grams of playing, made by different rules.",
    ),
    Contradiction(
        ("C143", "C147"),
        "The study page describes FastText's pieces once as overlapping n-grams, once as a split "
        "into prefix, stem and ending.",
    ),
    Contradiction(
        ("C152", "C154"),
        "The note makes FastText five times larger than a table of words by its n-grams, the deck "
        "has 30 million parameters beside Word2Vec's 15.",
    ),
    Contradiction(
        ("C156", "C158"),
        "One slide calls Q a matrix of n × d_k and then multiplies it by one of d_model × d_k.",
    ),
    Contradiction(
        ("C171", "X601"),
        "The deck calls GPT autoregressive; the study page lets its vectors depend on the whole "
        "sentence, and the note on a word that comes later.",
    ),
    Contradiction(
        ("C249", "C172", "C173"),
        "The deck lets a static model begin to tell senses apart in training; elsewhere it has one "
        "vector for each word always, and the note says that no text can mend this.",
    ),
    Contradiction(
        ("C180", "C185", "C177"),
        "One page says that contrastive learning needs no labels and that SimCSE is dropout, and "
        "prints the result of the variant with labels.",
    ),
    Contradiction(
        ("C180", "C181", "C182", "C183"),
        "One column of a table mixes averages over seven tasks with results on one of them.",
    ),
    Contradiction(
        ("C070", "X602"),
        "The study page counts word order among the faults of averaging that contextual models "
        "mend.",
    ),
    Contradiction(
        ("C188", "C189"),
        "One line of the deck lets the ratio of distances tend to 0, the next has a formula for it "
        "that tends to 1.",
    ),
    Contradiction(
        ("C198", "C203"),
        "One slide calls the decay of the volume exponential, the next shows that it is faster.",
    ),
    Contradiction(
        ("C204", "C208"),
        "The slide prints r^d for the inner ball, and a share for 768 dimensions that 0.99^768 "
        "does not give.",
    ),
    Contradiction(
        ("C209", "C211"),
        "The deck puts all vectors on one shell, where normalizing changes nothing, and explains "
        "by it why normalizing works.",
    ),
    Contradiction(
        ("C188", "C194"),
        "The deck lets distances concentrate and prescribes normalizing, which makes the distances "
        "more equal still.",
    ),
    Contradiction(
        ("C192", "C193"),
        "One slide calls the nearest neighbor meaningless and asks for fast ways to find it.",
    ),
    Contradiction(
        ("C195", "C212"),
        "The deck makes the cosine the natural metric after saying that near and far mean nothing.",
    ),
    Contradiction(
        ("C195", "C227"),
        "By one slide all points in many dimensions are equally far from each other; by another "
        "word vectors fill far fewer dimensions than they have, and then their distances differ.",
    ),
    Contradiction(
        ("C215", "C216"),
        "The deck derives the best dimension from a lemma that asks for thousands, and lists 50 to "
        "300 in its own table.",
    ),
    Contradiction(
        ("C213", "C214"),
        "The deck makes capacity proportional to d log d; by the lemma below it the number of "
        "points is exponential in d.",
    ),
    Contradiction(
        ("C216", "C220"),
        "A table that counts embeddings has a row for ELMo that counts the whole model.",
    ),
    Contradiction(
        ("C289", "C290"),
        "One slide gives quantization four times the speed, a table twice.",
    ),
    Contradiction(
        ("C036", "C297"),
        "The note takes the cosine and not the Euclidean distance; the deck calls the distance a "
        "mistake and advises always to test both.",
    ),
    Contradiction(
        ("C261", "C263", "C264"),
        "Gains are said to end at 16 times, while 32 of 768 dimensions are 24 times fewer.",
    ),
    Contradiction(
        ("C261", "C262"),
        "The first k numbers are said to be meaningful for any k; the loss on the same slide "
        "trains a few lengths only, none below 32.",
    ),
    Contradiction(
        ("C216", "C286"),
        "A table of the deck counts a layer of embeddings as V × D numbers, a later formula "
        "multiplies its memory by the size of the batch.",
    ),
    Contradiction(
        ("C295", "C296"),
        "The first reason to fine-tune is vocabulary, but the recipe freezes the layers at the "
        "bottom, where the vectors of those words are.",
    ),
    Contradiction(
        ("C317", "C185"),
        "Pairs from the domain, SimCSE and no labels stand in one item: SimCSE without labels uses "
        "no pairs of texts, and that two texts form a pair is the label.",
    ),
    Contradiction(
        ("C280", "C281"),
        "32 times smaller is said of product quantization; it is what one bit per dimension gives, "
        "one line above.",
    ),
    Contradiction(
        ("C285", "C280"),
        "A hundred times more documents per second, where one bit saves a factor of 32 in bytes.",
    ),
    Contradiction(
        ("C238", "C241"),
        "A formula of the deck and the table after it give different losses for the same epochs.",
    ),
    Contradiction(
        ("C238", "C248"),
        "By the formula the loss is below the 2.07 of epoch 50 long before.",
    ),
    Contradiction(
        ("C242", "C243"),
        "Two tables have different values for the same epoch.",
    ),
    Contradiction(
        ("C241", "C244"),
        "The table falls by less than 2% per epoch before epoch 20, the next slide says 5% there.",
    ),
    Contradiction(
        ("C244", "C245", "C246"),
        "No value of its constant makes the formula give the percentages beside it.",
    ),
    Contradiction(
        ("C247", "C248"),
        "Analogies start to work at three different times.",
    ),
    Contradiction(
        ("C248", "C254", "X802"),
        "Clusters are clear at epoch 10 on one slide, groups appear at 50 on another, and a third "
        "has a purity of 60% at 20.",
    ),
    Contradiction(
        ("C235", "C256"),
        "The signal is said to be strongest at the start, which lies beside a saddle, where the "
        "gradient vanishes.",
    ),
    Contradiction(
        ("C256", "C257"),
        "Saddle points have curvatures of both signs; the next line makes them mostly negative.",
    ),
    Contradiction(
        ("C256", "C258"),
        "A slide calls the loss non-convex and full of saddle points, and gives it a bound on the "
        "way to the least loss that only convex losses have.",
    ),
    Contradiction(
        ("C118", "C234", "C260"),
        "The learning rate starts at 0.01 on one slide, at 0.025 on another.",
    ),
    Contradiction(
        ("C305",),
        "The note asks about current as a word between water and time; its own table gives it the "
        "vector of stream and has no word of time.",
    ),
)
