"""All claims of the source slides, in order, each with what was found."""

from dataclasses import dataclass
from difflib import get_close_matches
from types import ModuleType

from embedlab.claims import (
    contextual,
    contextual_benchmarks,
    contextual_senses,
    dense,
    dense_analogies,
    dense_means,
    dense_reasons,
    dense_similarity,
    exercises,
    fasttext,
    front_matter,
    geometry,
    geometry_dimensions,
    geometry_shape,
    geometry_volumes,
    glove,
    glove_spectrum,
    one_hot,
    production,
    production_benchmarks,
    production_speeds,
    production_tuning,
    training,
    training_curves,
    training_meaning,
    word2vec,
    word2vec_sampling,
    word2vec_training,
)
from embedlab.claims.findings import Claim, Verdict

# The modules of each chapter, under the name that the list of claims gives it.
CHAPTERS: dict[str, tuple[ModuleType, ...]] = {
    "front-matter": (front_matter,),
    "1-one-hot": (one_hot,),
    "2-dense": (dense, dense_similarity, dense_analogies, dense_reasons, dense_means),
    "3-word2vec": (word2vec, word2vec_sampling, word2vec_training),
    "4-glove": (glove, glove_spectrum),
    "5-fasttext": (fasttext,),
    "6-contextual": (contextual, contextual_senses, contextual_benchmarks),
    "7-geometry": (geometry, geometry_volumes, geometry_dimensions, geometry_shape),
    "8-training": (training, training_curves, training_meaning),
    "9-production": (
        production,
        production_benchmarks,
        production_speeds,
        production_tuning,
    ),
    "exercises-interview": (exercises,),
}


@dataclass(frozen=True)
class Entry:
    """A line of the ledger: the claim in our words and what was found about it."""

    id: str
    chapter: str
    claim: str
    kind: str
    computed: str
    verdict: Verdict
    correction: str
    source: str


def claims_of(chapter: str) -> list[Claim]:
    """Return a chapter's claims, and after them the errors beyond the list, by number."""
    found = (item for module in CHAPTERS[chapter] for item in vars(module).values())
    return sorted((item for item in found if isinstance(item, Claim)), key=lambda item: item.id)


def entries_of(chapter: str) -> list[Entry]:
    """Check all listed claims of a chapter (C001 …), in the order of their numbers."""
    return [_entry(chapter, item) for item in claims_of(chapter) if item.id[0] == "C"]


def beyond_of(chapter: str) -> list[Entry]:
    """Check what a chapter's slides have wrong beyond the listed claims (X101 …)."""
    return [_entry(chapter, item) for item in claims_of(chapter) if item.id[0] == "X"]


def entries(*ids: str) -> list[Entry]:
    """Check the claims with these numbers, in the order asked for.

    Raises:
        ValueError: If there is no claim with such a number.
    """
    places = {item.id: (chapter, item) for chapter in CHAPTERS for item in claims_of(chapter)}
    for number in ids:
        if number not in places:
            near = ", ".join(get_close_matches(number, places, n=3)) or "C001"
            raise ValueError(f"ids must be numbers of claims, got {number!r}: is it one of {near}?")
    return [_entry(*places[number]) for number in ids]


def _entry(chapter: str, item: Claim) -> Entry:
    found = item.check()
    return Entry(
        item.id,
        chapter,
        item.says,
        item.kind,
        found.computed,
        found.verdict,
        found.correction,
        found.source,
    )
