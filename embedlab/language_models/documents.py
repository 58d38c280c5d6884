"""Documents out of the world's sentences, so that a sentence has a successor."""

from collections.abc import Mapping, Sequence

import numpy as np

from embedlab.numerics import as_integer


def topic_documents(
    sentences: Sequence[Sequence[str]],
    groups: Mapping[str, Sequence[str]],
    *,
    rng: np.random.Generator,
    n_sentences: int = 8,
) -> list[list[Sequence[str]]]:
    """Return documents made of sentences about one topic, so that sentences have successors.

    The sentences of ``world`` follow each other without any connection. Here they are dealt
    anew: a sentence belongs to the group that has most of its words (the first such group), and
    the sentences of a group, shuffled, are cut into documents. So a successor has the topic of
    its predecessor, and nothing else in common with it.

    Args:
        sentences: Lists of tokens.
        groups: Words of each topic, such as from ``World.groups``; a word may have several topics
            and then counts for each. Sentences with none of these words are left out.
        rng: Shuffles.
        n_sentences: In a document, at least 2; a group's last document may have fewer.

    Raises:
        ValueError: If n_sentences is below 2.

    >>> sentences = [["cats", "purr"], ["go"], ["dogs", "bark"], ["cats", "eat"]]
    >>> documents = topic_documents(
    ...     sentences, {"cat": ["cats"], "dog": ["dogs"]}, rng=np.random.default_rng(0)
    ... )
    >>> documents
    [[['cats', 'purr'], ['cats', 'eat']], [['dogs', 'bark']]]
    """
    size = as_integer("n_sentences", n_sentences, 2)
    topics: dict[str, list[str]] = {}
    for name, words in groups.items():
        for word in set(words):
            topics.setdefault(word, []).append(name)
    members: dict[str, list[Sequence[str]]] = {name: [] for name in groups}
    for sentence in sentences:
        found = [name for token in sentence for name in topics.get(token, ())]
        if found:
            members[max(groups, key=found.count)].append(sentence)
    documents = []
    for group in members.values():
        order = rng.permutation(len(group))
        rows = [group[i] for i in order]
        documents += [rows[i : i + size] for i in range(0, len(rows), size)]
    return documents
