"""The figures of chapter 3: windows, the network with its numbers, the tree."""

from collections.abc import Sequence

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.textpath import TextPath

from embedlab.huffman import huffman_codes, huffman_tree
from embedlab.numerics import (
    Array,
    IntArray,
    as_integer,
    require,
    require_same_length,
    softmax,
)
from embedlab.pictures import (
    CENTER,
    CONTEXT,
    INK,
    MUTED,
    NOISE,
    TRUTH,
    Picture,
    listing,
    new_figure,
    number,
    picture,
)
from embedlab.text import context, n_training_pairs
from embedlab.word2vec import skipgram_softmax

_TINT = 0.28


def _box(axes: Axes, x: float, y: float, text: str, color: str, width: float) -> None:
    """Write a text into a tinted box around (x, y)."""
    fill, corner = mpl.colors.to_rgba(color, _TINT), (x - width / 2, y - 0.4)
    box = mpl.patches.Rectangle(corner, width, 0.8, facecolor=fill, edgecolor=color, lw=1.2)
    axes.add_patch(box)
    axes.text(x, y, text, ha="center", va="center_baseline")


def _arrow(axes: Axes, start: tuple[float, float], end: tuple[float, float], color: str) -> None:
    axes.annotate("", end, start, arrowprops={"arrowstyle": "-|>", "color": color, "lw": 1.5})


def architectures(tokens: Sequence[str], position: int, window: int) -> Picture:
    """Draw what predicts what around one word, in skip-gram and in CBOW.

    Args:
        tokens: One sentence.
        position: Of the center word.
        window: How far the context reaches to either side.

    Raises:
        ValueError: If the position is none of the sentence, or the word has no neighbors.
    """
    near, word = context(tokens, position, window), tokens[position]
    require(len(near) > 0, "tokens", "leave the word a neighbor", list(tokens))
    rows = np.arange(len(near))[::-1] - (len(near) - 1) / 2
    with new_figure(4.8, 1.4 + 0.95 * len(near)) as figure:
        first, second = figure.subplots(2, 1)
        first.set_title("Skip-gram: each neighbor from the word", loc="left")
        second.set_title("CBOW: the word from its neighbors' mean", loc="left")
        _box(first, 1, 0, word, CENTER, 1.5)
        _box(second, 3, 0, "mean", MUTED, 1.2)
        _box(second, 5, 0, word, CENTER, 1.5)
        _arrow(second, (3.65, 0), (4.2, 0), CENTER)
        for neighbor, y in zip(near, rows, strict=True):
            _box(first, 5, y, neighbor, CONTEXT, 1.5)
            _arrow(first, (1.8, 0.25 * y), (4.2, y), CENTER)
            _box(second, 1, y, neighbor, CONTEXT, 1.5)
            _arrow(second, (1.8, y), (2.35, 0.2 * y), CONTEXT)
        for axes in (first, second):
            axes.set(xlim=(0.1, 5.9), ylim=(rows.min() - 0.6, rows.max() + 0.6))
            axes.set_axis_off()
        n = len(near)
        return picture(
            figure,
            f"Two diagrams. Skip-gram: {n} arrows lead from {word} to {listing(near)}, so {n} "
            f"predictions. CBOW: {listing(near)} are averaged, and one arrow leads from their mean "
            f"to {word}, so 1 prediction.",
        )


def windows(tokens: Sequence[str], position: int, widths: Sequence[int]) -> Picture:
    """Draw a sentence once for each window around one word, with the number of pairs.

    Args:
        tokens: One sentence of n words.
        position: Of the center word.
        widths: The windows, each at least 1.

    Raises:
        ValueError: If the position is none of the sentence, or a window is no positive integer.
    """
    size, gap, told = 11, 5.0, []
    extents = [TextPath((0, 0), word, size=size).get_extents().width for word in tokens]
    lefts = np.cumsum([0.0, *(extent + gap for extent in extents[:-1])])
    with new_figure(4.8, 0.25 + 0.72 * len(widths)) as figure:
        axes = figure.add_subplot()
        for row, window in enumerate(widths):
            as_integer("widths", window, 1)
            near = context(tokens, position, window)
            pairs = n_training_pairs(len(tokens), window)
            for i, (word, left) in enumerate(zip(tokens, lefts, strict=True)):
                if abs(i - position) <= window:
                    color = CENTER if i == position else CONTEXT
                    tint = mpl.colors.to_rgba(color, _TINT)
                    corner, width = (left - 1.5, row - 0.2), extents[i] + 3
                    box = mpl.patches.Rectangle(corner, width, 0.4, facecolor=tint, edgecolor=color)
                    axes.add_patch(box)
                middle = left + extents[i] / 2
                axes.text(middle, row, word, fontsize=size, ha="center", va="center_baseline")
            text = f"±{window}: {pairs} pairs in all, {len(near)} from {tokens[position]}"
            axes.text(lefts[0], row - 0.42, text, fontsize=size, va="center_baseline")
            told.append(
                f"±{window}, {pairs} pairs in all, {len(near)} from {tokens[position]}: "
                + listing(near)
            )
        axes.set(xlim=(-3, lefts[-1] + extents[-1] + 3), ylim=(len(widths) - 0.7, -0.65))
        axes.set_axis_off()
        return picture(figure, f"The sentence with its windows. {'; '.join(told)}.")


def network(
    words: Sequence[str], inputs: Array, outputs: Array, center: str, target: str
) -> Picture:
    """Draw one pair's way through skip-gram with all numbers, forward and backward.

    Args:
        words: V words.
        inputs: W, (V, d) input vectors.
        outputs: W′, (V, d) output vectors, a row for each word.
        center: The word that goes in.
        target: The context word that is to come out.

    Raises:
        ValueError: If there are not V rows, or a word is unknown.
    """
    for name, table in {"inputs": inputs, "outputs": outputs}.items():
        require_same_length("words", words, name, table)
    for name, word in {"center": center, "target": target}.items():
        require(word in words, name, f"be one of {list(words)}", word)
    i, o = words.index(center), words.index(target)
    hidden = inputs[i]
    scores = outputs @ hidden
    likely = softmax(scores)
    errors = likely - np.eye(len(words))[o]
    loss, d_hidden, _ = skipgram_softmax(hidden, outputs, o)
    V, d = len(words), len(hidden)
    with new_figure(4.8, 0.75 + 0.36 * max(V, 2 * d + 1)) as figure:
        axes = figure.add_subplot()
        # The gradient stands below the hidden vector, with room for its name.
        top, low = 0.0, float(max(V - d, d + 1))
        _column(axes, 0.0, np.eye(V)[i], "x", top, CENTER, digits=0, width=0.55)
        _column(axes, 1.45, hidden, "h", top, CENTER)
        _column(axes, 1.45, d_hidden, "∂L/∂h", low, NOISE)
        _column(axes, 2.95, scores, "s", top, CONTEXT)
        _column(axes, 3.95, likely, "p", top, CONTEXT)
        _column(axes, 4.95, errors, "p − y", top, NOISE)
        for row, word in enumerate(words):
            mark = CENTER if row == i else TRUTH if row == o else INK
            bold = "bold" if row in (i, o) else "normal"
            axes.text(-0.4, row, word, ha="right", va="center_baseline", color=mark, weight=bold)
        axes.text(5.45, o, "◂ y", va="center_baseline", color=TRUTH, weight="bold")
        middle = (d - 1) / 2
        back = low + middle
        for start, end, y, color, name in (
            (0.35, 0.95, middle, CENTER, "W"),
            (1.95, 2.45, middle, CONTEXT, "W′"),
            (2.45, 1.95, back, NOISE, "W′"),
        ):
            _arrow(axes, (start, y), (end, y), color)
            axes.text((start + end) / 2, y - 0.35, name, ha="center", va="center_baseline")
        axes.set(xlim=(-1.5, 5.95), ylim=(max(V, low + d) - 0.4, -1.35))
        axes.set_axis_off()
        shown = [f"{w} {number(p)}" for w, p in zip(words, likely, strict=True)]
        return picture(
            figure,
            f"One pair, {center} and {target}, through the network. The one-hot x picks the row of "
            f"{center}, h = ({', '.join(f'{v:.2f}' for v in hidden)}). Scores s from "
            f"{scores.min():.2f} to {scores.max():.2f}; probabilities p: {listing(shown)}. Loss "
            f"{loss:.3f}. Backward, p − y is {errors[o]:.2f} for {target}, and the gradient for h "
            f"is ({', '.join(f'{v:.2f}' for v in d_hidden)}).",
        )


def _column(
    axes: Axes,
    x: float,
    values: Array,
    name: str,
    top: float,
    color: str,
    *,
    digits: int = 2,
    width: float = 0.95,
) -> None:
    """Write numbers below each other into cells whose tint grows with their size."""
    largest = max(float(np.abs(values).max()), 1e-12)
    axes.text(x, top - 0.85, name, ha="center", va="center_baseline", color=color, weight="bold")
    for row, value in enumerate(values):
        tint = mpl.colors.to_rgba(color, 0.06 + 0.44 * abs(float(value)) / largest)
        corner = (x - width / 2, top + row - 0.46)
        axes.add_patch(mpl.patches.Rectangle(corner, width, 0.92, facecolor=tint))
        text = f"{value:.{digits}f}".replace("-0.00", "0.00").replace("-", "−")
        axes.text(x, top + row, text, ha="center", va="center_baseline", fontsize=11)


def huffman_paths(words: Sequence[str], counts: Sequence[int], marked: str) -> Picture:
    """Draw the Huffman tree of some words, root at the left, with one path marked.

    Args:
        words: V words, at least two.
        counts: How often each occurs.
        marked: The word whose path is marked.

    Raises:
        ValueError: If the counts do not fit the words or are not positive, or the word is unknown.
    """
    require_same_length("words", words, "counts", counts)
    require(marked in words, "marked", f"be one of {list(words)}", marked)
    parents, bits = huffman_tree(counts)
    tree, V = huffman_codes(counts), len(words)
    codes = [
        "".join(map(str, code[:n]))
        for code, n in zip(tree.codes.tolist(), tree.lengths, strict=True)
    ]
    order = sorted(range(V), key=codes.__getitem__)
    depth, height = _tree_layout(parents, order)
    path = {words.index(marked)}
    while (last := int(parents[max(path)])) not in path:
        path.add(last)
    deepest = depth.max()
    with new_figure(4.8, 0.5 + 0.34 * V) as figure:
        axes = figure.add_subplot()
        for node in range(2 * V - 2):
            above, on_path = parents[node], node in path
            color, lw = (CENTER, 2.6) if on_path else (MUTED, 1.2)
            x = [depth[above], depth[above], depth[node]]
            axes.plot(x, [height[above], height[node], height[node]], color=color, lw=lw)
            axes.text(depth[node] - 0.45, height[node] - 0.12, f"{bits[node]}", va="bottom")
            if node < V:
                bold = "bold" if on_path else "normal"
                axes.plot([depth[node], deepest], [height[node]] * 2, color=MUTED, lw=0.7, ls=":")
                label = f"{words[node]} {counts[node]}"
                axes.text(deepest + 0.12, height[node], label, va="center_baseline", weight=bold)
        axes.set(xlim=(-0.1, deepest + 2.1), ylim=(V - 0.5, -0.8))
        axes.set_axis_off()
        told = [f"{words[i]} ({counts[i]} times) {codes[i]}" for i in order]
        return picture(
            figure,
            f"A Huffman tree of {V} words; codes from the root: {listing(told)}. The path of "
            f"{marked} is marked.",
        )


def _tree_layout(parents: IntArray, order: Sequence[int]) -> tuple[Array, Array]:
    """Return the depth and the height at which each node is drawn, (2V - 1,) both.

    Leaves stand below each other in the order given, an inner node between its children.
    """
    n_nodes, V = len(parents), len(order)
    depth, height = np.zeros(n_nodes), np.zeros(n_nodes)
    height[list(order)] = np.arange(V)
    for node in range(n_nodes - 2, -1, -1):
        depth[node] = depth[parents[node]] + 1
    for node in range(V, n_nodes):
        height[node] = np.mean(height[:node][parents[:node] == node])
    return depth, height
