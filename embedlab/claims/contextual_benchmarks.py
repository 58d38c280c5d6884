"""The claims of chapter 6 about contrastive training, published results and sizes of models."""

from functools import cache

import numpy as np
from scipy.stats import spearmanr

from embedlab.claims.findings import (
    Fact,
    Finding,
    any_rounds_to,
    claim,
    judged,
    listed,
    recorded,
)
from embedlab.contrastive import info_nce
from embedlab.directions import unit_rows
from embedlab.numerics import Array, logsumexp
from embedlab.two_towers import (
    SentenceEncoder,
    bags_of_words,
    draw_view,
    sentence_vectors,
    similar_sentences,
    start_sentence_encoder,
    train_simcse,
    view_vectors,
)
from embedlab.world import World, world

_SIMCSE = "Gao, Yao and Chen 2021, arXiv:2104.08821"
_DIFFCSE = "Chuang et al. 2022, doi:10.18653/v1/2022.naacl-main.311"
_DIFFCSE_RESULTS = f"{_DIFFCSE}, tables 1 and 2, as the authors' notebook in voidism/DiffCSE has it"
_PROMPTBERT = "Jiang et al. 2022, doi:10.18653/v1/2022.emnlp-main.603"
_PROMPTBERT_RESULTS = f"{_PROMPTBERT}, results in the authors' README of kongds/Prompt-BERT"

# Spearman's correlation times 100 on STS-B (test set) and on average over seven STS tasks: SimCSE
# tables 5, B.3 and C.1; DiffCSE and PromptBERT as above.
_STS_B = {
    "BERT": {
        "mean of first and last layer": 53.87,
        "the same in an older evaluation": 59.04,
        "flow at best": 71.70,
        "whitening at best": 71.34,
    },
    "SimCSE": {
        "BERT-base": 76.85,
        "RoBERTa-base": 80.22,
        "RoBERTa-large": 81.98,
        "BERT-base with labels": 84.25,
        "RoBERTa-base with labels": 85.83,
        "RoBERTa-large with labels": 86.70,
    },
    "DiffCSE": {"BERT-base": 80.59, "RoBERTa-base": 82.38},
    "PromptBERT": {
        "BERT-base": 81.60,
        "RoBERTa-base": 81.88,
        "BERT-base with labels": 84.56,
        "RoBERTa-base with labels": 86.14,
    },
}
_SIMCSE_AVERAGE = {"BERT-base": 76.25, "BERT-base with labels": 81.57}
_SENTENCE_BERT_AVERAGE = 74.89
# BERT-base fine-tuned on STS-B to grade two sentences that it reads together; validation set.
_BERT_ON_PAIRS = 87.63

# Mean accuracy in percent on seven transfer tasks: SimCSE table E.1, DiffCSE as above.
_TRANSFER = {
    "BERT": {"mean": 84.94, "[CLS]": 84.66},
    "SimCSE": {
        "BERT-base": 85.81,
        "with masked words": 86.64,
        "with labels": 86.51,
        "with both": 86.86,
    },
    "DiffCSE": {"BERT-base": 86.86, "RoBERTa-base": 87.04},
}
_GLOVE_TRANSFER = 81.52

# BERT-base with labels, STS12 to STS16, STS-B and SICK-R, then MR, CR, SUBJ, MPQA, SST, TREC and
# MRPC: SimCSE tables 5 and E.1.
_WITH_LABELS = {
    "Sentence-BERT": (
        (70.97, 76.53, 73.19, 79.09, 74.30, 77.03, 72.91),
        (83.64, 89.43, 94.39, 89.86, 88.96, 89.60, 76.00),
    ),
    "SimCSE": (
        (75.30, 84.67, 80.19, 85.40, 80.82, 84.25, 80.39),
        (82.69, 89.25, 94.81, 89.59, 87.31, 88.40, 73.51),
    ),
}


def _pairs(overlap: float) -> tuple[Array, Array]:
    """Return 64 random directions h, and others h⁺ that have a given cosine with them."""
    rng = np.random.default_rng(0)
    h, other = (unit_rows(rng.standard_normal((64, 32))) for _ in range(2))
    across = unit_rows(other - (other * h).sum(axis=1, keepdims=True) * h)
    return h, overlap * h + np.sqrt(1 - overlap**2) * across


@claim("formula")
def c176() -> Finding:
    """The contrastive loss of hᵢ is −log of exp(sim(hᵢ, hᵢ⁺)/τ) over Σⱼ exp(sim(hᵢ, hⱼ)/τ)."""
    temperature, losses = 0.05, {}
    for overlap in (1.0, 0.9, 0.5):
        h, positives = _pairs(overlap)
        scores = h @ h.T / temperature
        own = (h * positives).sum(axis=1) / temperature
        printed = float((logsumexp(scores) - own).mean())
        losses[overlap] = printed, info_nce(h, positives, temperature)[0]
    share = 1 - float(np.exp(np.diag(scores) - logsumexp(scores)).mean())
    return judged(
        all(bool(np.isclose(*pair)) for pair in losses.values()),
        computed=f"64 random pairs of 32 dimensions, τ = {temperature}, loss as printed and of "
        "SimCSE's equation: "
        + "; ".join(
            f"cosine {overlap} of a pair: {printed:.2g} and {right:.2g}"
            for overlap, (printed, right) in losses.items()
        ),
        correction="The sum must run over the positives hⱼ⁺, so that the right one is among the "
        "choices. As printed it compares hᵢ with itself, cosine 1: that term fills the sum, all "
        f"{len(h) - 1} negatives together have {share:.0e} of it and are hardly pushed away, and "
        "the positive is missing.",
        source=f"{_SIMCSE}, eq. 1",
    )


@cache
def _corpus() -> World:
    return world(np.random.default_rng(0), 3000)


@claim("historical")
def c177() -> Finding:
    """SimCSE, of 2021, uses dropout as its augmentation."""
    sentences = _corpus().sentences[:200]
    words = sorted({word for sentence in sentences for word in sentence})
    encoder = start_sentence_encoder(words, rng=np.random.default_rng(0))
    bags, overlap = bags_of_words(sentences, words), {}
    for rate in (0.0, 0.1):
        rng = np.random.default_rng(1)
        first, second = (
            unit_rows(view_vectors(encoder.parameters, draw_view(bags, 128, rate, rate, rng=rng)))
            for _ in range(2)
        )
        overlap[rate] = float((first * second).sum(axis=1).mean())
    year = Fact("2021", _SIMCSE)
    return judged(
        year.value == "2021" and overlap[0.1] < 0.99 and overlap[0.0] > 0.9999,
        computed=f"published in {year.value}. Dropout makes the two views of a sentence: between "
        "two passes of 200 sentences through a small encoder the mean cosine is "
        f"{overlap[0.1]:.2f} with a dropout of 0.1, {overlap[0.0]:.2f} without. By the paper's "
        "table 3 dropout gives 82.5 instead of 71.1 on STS-B (development set). Only the variant "
        "with labels takes other pairs, from inference data",
        correction="Without dropout the two views are the same.",
        source=f"{year.source}, section 3 and table 3",
    )


@claim("historical")
def c178() -> Finding:
    """DiffCSE is from 2023."""
    return recorded(
        "2023",
        Fact("2022", f"{_DIFFCSE}; arXiv:2204.10298"),
        correction="2022: NAACL in July, as a preprint in April.",
    )


@claim("historical")
def c179() -> Finding:
    """PromptBERT is from 2024."""
    return recorded(
        "2024",
        Fact("2022", f"{_PROMPTBERT}; arXiv:2201.04337"),
        correction="2022: EMNLP in December, as a preprint in January, so before DiffCSE's.",
    )


@claim("benchmark")
def c180() -> Finding:
    """SimCSE reaches 81.6 on the STS benchmark."""
    rows = _STS_B["SimCSE"]
    name = "BERT-base with labels"
    return judged(
        any_rounds_to(rows, "81.6"),
        computed=f"STS-B: {listed(rows, '.2f')}; average over seven STS tasks: "
        f"{listed(_SIMCSE_AVERAGE, '.2f')}; STS-B, development set: 82.5 and 86.2",
        correction=f"81.6 is another quantity: the average over seven tasks "
        f"({_SIMCSE_AVERAGE[name]:.2f}) of the variant that was trained with labels. That one has "
        f"{rows[name]:.2f} on STS-B, the one with dropout alone {rows['BERT-base']:.2f}.",
        source=f"{_SIMCSE}, tables 1, 4 and 5",
    )


@claim("benchmark")
def c181() -> Finding:
    """BERT reaches 74.8 on the STS benchmark."""
    rows = _STS_B["BERT"]
    return judged(
        any_rounds_to({**rows, "fine-tuned as a pair classifier": _BERT_ON_PAIRS}, "74.8"),
        computed=f"STS-B, sentence vectors of BERT-base without fine-tuning: {listed(rows, '.2f')}",
        correction="Sentence vectors from BERT as it is do far worse: "
        f"{rows['mean of first and last layer']:.1f}, and {max(rows.values()):.1f} after the best "
        "correction. "
        "Fine-tuned on STS-B itself, reading both sentences at once, it does better than the deck "
        f"says (about {_BERT_ON_PAIRS:.0f}, validation set). "
        f"What comes close in the table, {_SENTENCE_BERT_AVERAGE}, is the average over seven "
        "tasks of Sentence-BERT, which was trained on labeled pairs.",
        source=f"{_SIMCSE}, tables 5, B.3 and C.1; evaluation file of "
        "textattack/bert-base-uncased-STS-B (the reading of pairs)",
    )


@claim("benchmark")
def c182() -> Finding:
    """DiffCSE reaches 83.2 on the STS benchmark."""
    rows = _STS_B["DiffCSE"]
    return judged(
        any_rounds_to(rows, "83.2"),
        computed=f"STS-B, test set: {listed(rows, '.2f')}; development set: 84.56 and 84.42",
        correction=f"DiffCSE has {rows['BERT-base']:.2f} with BERT-base and "
        f"{rows['RoBERTa-base']:.2f} with RoBERTa-base.",
        source=_DIFFCSE_RESULTS,
    )


@claim("benchmark")
def c183() -> Finding:
    """PromptBERT reaches 84.9 on the STS benchmark."""
    rows = _STS_B["PromptBERT"]
    return judged(
        any_rounds_to(rows, "84.9"),
        computed=f"STS-B: {listed(rows, '.2f')}",
        correction=f"PromptBERT has {rows['BERT-base']:.2f} without labels and "
        f"{rows['BERT-base with labels']:.2f} with them. None of the four published rows is 84.9.",
        source=_PROMPTBERT_RESULTS,
    )


@claim("benchmark")
def c184() -> Finding:
    """On transfer tasks BERT, SimCSE, DiffCSE and PromptBERT reach 73.2, 79.8, 81.4 and 83.1."""
    printed = {"BERT": "73.2", "SimCSE": "79.8", "DiffCSE": "81.4"}
    found = [any_rounds_to(_TRANSFER[name], value) for name, value in printed.items()]
    short = [min(_TRANSFER[name].values()) - float(value) for name, value in printed.items()]
    below = sum(float(value) < _GLOVE_TRANSFER for value in (*printed.values(), "83.1"))
    return judged(
        all(found),
        computed="mean accuracy on the seven SentEval tasks: "
        + "; ".join(f"{name}: {listed(rows, '.2f')}" for name, rows in _TRANSFER.items())
        + ". PromptBERT's was not found",
        correction=f"Too low by {min(short):.0f} to {max(short):.0f} points: {below} of the four "
        f"printed numbers are below the mean of GloVe vectors ({_GLOVE_TRANSFER}). In truth the "
        f"models differ little here; BERT as it is has {_TRANSFER['BERT']['mean']:.2f}.",
        source=f"{_SIMCSE}, table E.1; {_DIFFCSE_RESULTS}",
    )


@cache
def _trained() -> dict[str, float]:
    """Return the correlation with the truth of sentence vectors before and after training."""
    corpus = _corpus()
    first, second, truth = similar_sentences(corpus, rng=np.random.default_rng(1), n_per_score=100)
    groups: dict[tuple[tuple[str, str], ...], list[int]] = {}
    for i, sentence in enumerate(corpus.sentences):
        known = {word for word in sentence if word in corpus.attributes}
        if len(known) == 1:
            kind = tuple(sorted(corpus.attributes[known.pop()].items()))
            groups.setdefault(kind, []).append(i)
    rng = np.random.default_rng(2)
    pairs = [(i, int(rng.choice(rows))) for rows in groups.values() for i in rows]
    place = {i: row for row, (i, _) in enumerate(pairs)}
    sentences = [corpus.sentences[i] for i, _ in pairs]
    labeled = [corpus.sentences[j] for _, j in pairs]
    left, right = [place[i] for i in first], [place[i] for i in second]

    def correlation(encoder: SentenceEncoder) -> float:
        units = unit_rows(sentence_vectors(encoder, sentences))
        return float(spearmanr((units[left] * units[right]).sum(axis=1), truth).statistic)

    words = sorted({word for sentence in sentences for word in sentence})
    return {
        "untrained": correlation(start_sentence_encoder(words, rng=np.random.default_rng(3))),
        "dropout": correlation(train_simcse(sentences, rng=np.random.default_rng(3), n_steps=150)),
        "labels": correlation(
            train_simcse(sentences, rng=np.random.default_rng(3), positives=labeled, n_steps=150)
        ),
    }


@claim("opinion")
def c185() -> Finding:
    """Contrastive learning of sentence vectors needs no labeled data."""
    found, rows = _trained(), _STS_B["SimCSE"]
    return judged(
        found["dropout"] > found["untrained"] + 0.1,
        computed="correlation with the true similarity of sentences of the artificial world: "
        f"{found['untrained']:.2f} untrained, {found['dropout']:.2f} after SimCSE with dropout "
        f"alone, {found['labels']:.2f} with labeled pairs. SimCSE on STS-B: "
        f"{rows['BERT-base']:.2f} without labels, {rows['BERT-base with labels']:.2f} with them. "
        "So none are required, though they help; the 81.6 that the same page prints for SimCSE "
        "belongs to the variant with labels",
        correction="Without labels hardly anything is learned.",
        source=f"{_SIMCSE}, section 4 and table 5",
    )


@claim("opinion")
def c186() -> Finding:
    """Contrastive learning is the state of the art on most benchmarks."""
    sts, transfer = (
        sum(
            ours > theirs
            for ours, theirs in zip(
                _WITH_LABELS["SimCSE"][kind], _WITH_LABELS["Sentence-BERT"][kind], strict=True
            )
        )
        for kind in (0, 1)
    )
    return judged(
        sts > 3 and transfer > 3,
        sts > 3,
        computed=f"SimCSE against Sentence-BERT, which learns by classification, both from "
        f"BERT-base and labeled inference data: ahead in {sts} of 7 tasks of semantic similarity "
        f"and in {transfer} of 7 transfer tasks",
        correction="It depends on the task: in this pair of models of 2021 it is ahead on semantic "
        "similarity, not on classifying sentences, and a comparison of 33 models on 58 data sets "
        "found no method that dominates. But models trained contrastively do lead averages: E5 "
        "(2022) and BGE (2023) were first on that benchmark, say their authors.",
        source=f"{_SIMCSE}, tables 5 and E.1; Muennighoff et al. 2023, "
        "doi:10.18653/v1/2023.eacl-main.148, abstract; Wang et al. 2022, arXiv:2212.03533, "
        "abstract; README of FlagOpen/FlagEmbedding",
    )


@claim("historical")
def c187() -> Finding:
    """Vectors have 768 dimensions in BERT-base, 1,024 in BERT-large and ELMo, 12,288 in GPT-3."""
    stated = {"BERT-base": 768, "BERT-large": 1024, "ELMo": 1024, "GPT-3": 12288}
    # Dimensions, and the parts that they consist of: heads, for ELMo two directions.
    found = {
        "BERT-base": (768, 12),
        "BERT-large": (1024, 16),
        "ELMo": (1024, 2),
        "GPT-3": (12288, 96),
    }
    return judged(
        {name: d for name, (d, _) in found.items()} == stated,
        computed="; ".join(
            f"{name} {d:,} = {parts} × {d // parts}" for name, (d, parts) in found.items()
        )
        + " (heads × dimensions of a head; ELMo two directions). GPT-3 stands for the model of 175 "
        "billion parameters; the smallest of the family has 768",
        correction="The sizes differ.",
        source="README of google-research/bert; Peters et al. 2018, arXiv:1802.05365, section 3.4, "
        "and the README of allenai/bilm-tf; Brown et al. 2020, arXiv:2005.14165, table 2.1",
    )


@claim("benchmark")
def x603() -> Finding:
    """The deck's table: contrastive training lifts BERT's sentence vectors by 6.8 points on STS-B.

    DiffCSE adds 1.6 and PromptBERT another 1.7.
    """
    printed = {"SimCSE": "6.8", "DiffCSE": "1.6", "PromptBERT": "1.7"}
    values = {
        "BERT": _STS_B["BERT"]["mean of first and last layer"],
        **{name: _STS_B[name]["BERT-base"] for name in printed},
    }
    steps = dict(zip(printed, np.diff(list(values.values())), strict=True))
    return judged(
        all(any_rounds_to({name: float(steps[name])}, value) for name, value in printed.items()),
        computed="all with BERT-base and without labels: "
        + listed(values, ".2f")
        + "; steps "
        + ", ".join(f"{step:.1f}" for step in steps.values()),
        correction="In one and the same setting the first step is by far the largest: "
        f"{steps['SimCSE']:.0f} points, then {steps['DiffCSE']:.1f} and {steps['PromptBERT']:.1f}. "
        "The deck's rows come from different settings, and only the order is right.",
        source=f"{_SIMCSE}, table 5; {_DIFFCSE_RESULTS}; {_PROMPTBERT_RESULTS}",
    )
