import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import spearmanr

from embedlab.contrastive import (
    clip_loss,
    info_nce,
    siglip_loss,
    uniformity,
    unit_rows_gradient,
)
from embedlab.directions import cosines, unit_rows
from embedlab.gradcheck import GradientError, check_gradient
from embedlab.layers import gelu
from embedlab.optimizers import adam, adam_start
from embedlab.runs import DivergenceError
from embedlab.two_towers import (
    CLIP_SETTINGS,
    COLORS,
    PLACES,
    SHAPES,
    SIGLIP_SETTINGS,
    SIZES,
    Scene,
    View,
    all_scenes,
    bags_of_words,
    caption,
    caption_vectors,
    classify,
    descend,
    draw_view,
    picture_vectors,
    recall_at,
    render,
    render_all,
    sentence_vectors,
    simcse_loss,
    similar_sentences,
    split_scenes,
    start_sentence_encoder,
    start_towers,
    towers,
    towers_gradients,
    train_simcse,
    train_towers,
    view_gradients,
    view_vectors,
)
from embedlab.world import world

# Pictures


def cover(picture, scene):
    """Return the share of each pixel that is not background, from a picture without noise."""
    center = [round(24 * x) for x in PLACES[scene.place]]
    background = picture[0, -1] if "left" in scene.place else picture[0, 0]
    color = picture[center[1], center[0]]
    return (picture - background)[..., 0] / (color - background)[0]


AREAS = {  # of a shape with half the width 1
    "circle": math.pi,
    "square": 1.7**2,
    "triangle": 3 * math.sqrt(3) * 0.6**2,
    "cross": 2 * (2 * 0.6) - 0.6**2,
}


@pytest.mark.parametrize("shape", SHAPES)
def test_the_area_of_a_shape(shape):
    rng, scene = np.random.default_rng(0), Scene("large", "white", shape, "center")
    shares = [cover(render(scene, rng=rng, noise=0.0), scene).mean() for _ in range(200)]
    # The mean of u² over 0.92 to 1.08 is 1 + 0.08² / 3. Smooth edges lose a little at corners.
    expected = AREAS[shape] * SIZES["large"] ** 2 * (1 + 0.08**2 / 3)
    np.testing.assert_allclose(np.mean(shares), expected, rtol=0.03)


def centroid(picture):
    weights = (picture - np.median(picture, axis=(0, 1))).clip(0.15).sum(axis=2) - 0.45
    middles = (np.arange(24) + 0.5) / 24
    return weights.sum(axis=0) @ middles / weights.sum(), weights.sum(
        axis=1
    ) @ middles / weights.sum()


def nearest_place(picture):
    return min(PLACES, key=lambda name: math.dist(PLACES[name], centroid(picture)))


def test_every_scene_is_where_and_what_it_says():
    scenes = all_scenes()
    pictures = render_all(scenes, rng=np.random.default_rng(0))
    assert pictures.shape == (240, 24, 24, 3)
    assert pictures.dtype == np.float32
    assert pictures.min() >= 0
    assert pictures.max() <= 1
    for scene, picture in zip(scenes, pictures, strict=True):
        assert nearest_place(picture) == scene.place
        brightest = np.argsort(picture.sum(axis=2), axis=None)[-4:]
        shown = picture.reshape(-1, 3)[brightest].mean(axis=0)
        assert min(COLORS, key=lambda name: math.dist(COLORS[name], shown)) == scene.color
    # Negative control: with rows and columns exchanged two places are found no more.
    wrong = [
        nearest_place(p.swapaxes(0, 1)) != s.place for s, p in zip(scenes, pictures, strict=True)
    ]
    assert sum(wrong) == 2 * 240 / 5


def test_a_triangle_stands_on_its_base_and_a_large_shape_is_larger():
    rng = np.random.default_rng(0)
    triangle = Scene("large", "white", "triangle", "center")
    rows = cover(render(triangle, rng=rng, noise=0.0), triangle).sum(axis=1)
    widths = rows[rows > 1.0]
    assert (np.diff(widths[:-1]) > 0).all()
    small = render(replace(triangle, size="small"), rng=rng, noise=0.0)
    assert cover(small, triangle).sum() < 0.6 * rows.sum()


def test_captions_are_all_different_and_pictures_too():
    assert len({caption(scene) for scene in all_scenes()}) == 240
    scene = all_scenes()[7]
    first, second = (render(scene, rng=rng) for rng in map(np.random.default_rng, (1, 2)))
    assert (first != second).mean() > 0.5
    again = render(scene, rng=np.random.default_rng(1))
    np.testing.assert_array_equal(first, again)


def test_held_out_pairs_are_in_no_scene_that_is_seen():
    held_out = [("red", "circle"), ("blue", "cross")]
    seen, unseen = split_scenes(held_out)
    assert {(s.color, s.shape) for s in unseen} == set(held_out)
    assert {(s.color, s.shape) for s in seen} == {
        (color, shape) for color in COLORS for shape in SHAPES
    } - set(held_out)
    assert sorted(map(caption, seen + unseen)) == sorted(map(caption, all_scenes()))


# Bags, descent, recall


@given(st.lists(st.lists(st.sampled_from("abcd"), min_size=1, max_size=6), min_size=1, max_size=5))
def test_bags_are_means_of_word_vectors(sentences):
    vectors = {w: np.random.default_rng(i).standard_normal(3) for i, w in enumerate("abcd")}
    bags = bags_of_words(sentences, "abcd")
    assert bags.dtype == np.float32
    expected = [np.mean([vectors[w] for w in text], axis=0) for text in sentences]
    # Single precision; atol: sums of a few numbers of size 1 that may cancel.
    matrix = np.stack(list(vectors.values()))
    np.testing.assert_allclose(bags @ matrix, expected, rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(bags.sum(axis=1), 1, rtol=1e-6)


def test_descent_is_adam_with_a_falling_rate():
    start = {"a": np.array([1.0, -2.0]), "b": np.array(3.0), "idle": np.array([5.0])}

    def objective(p):
        loss = float((p["a"] ** 2).sum() + p["b"] ** 4)
        return loss, {"a": 2 * p["a"], "b": np.asarray(4 * p["b"] ** 3)}

    learned, losses = descend(objective, start, n_steps=3, learning_rate=0.3)
    a, state, expected = start["a"], adam_start(start["a"]), []
    for rate in (0.3, 0.2, 0.1):
        expected.append((a**2).sum())
        a, state = adam(a, 2 * a, state, learning_rate=rate)
    np.testing.assert_allclose(learned["a"], a, rtol=1e-14)
    np.testing.assert_allclose(losses[0], 5 + 81, rtol=1e-15)
    assert learned["idle"].tolist() == [5.0]
    assert start["a"].tolist() == [1.0, -2.0]


@pytest.mark.parametrize(
    ("loss", "gradient", "what"),
    [
        (math.nan, 1.0, "the loss was nan"),
        (math.inf, 1.0, "the loss was inf"),
        (1.0, math.inf, "the gradient of x was not finite"),
    ],
)
def test_a_run_that_diverges_says_so(loss, gradient, what):
    n_calls = 0

    def objective(p):
        nonlocal n_calls
        n_calls += 1
        return (7.0, {"x": np.ones(1)}) if n_calls == 1 else (loss, {"x": np.array([gradient])})

    message = rf"diverged after 1 of 2 steps: {what}; lower the learning_rate \(it was 0\.1\)"
    with pytest.raises(DivergenceError, match=message) as caught:
        descend(objective, {"x": np.zeros(1)}, n_steps=2, learning_rate=0.1)
    history = caught.value.history
    assert (history.progress.tolist(), history.loss.tolist()) == ([0.0], [7.0])
    assert (history.learning_rate.tolist(), history.stopped) == ([0.1], "diverged")


def test_a_last_step_out_of_all_numbers_is_a_divergence():
    start = {"x": np.ones(1, np.float32)}
    with pytest.raises(DivergenceError, match="after 1 of 1 steps: x was not finite"):
        descend(lambda p: (1.0, {"x": np.ones_like(p["x"])}), start, n_steps=1, learning_rate=1e39)


@pytest.mark.parametrize("rate", [100.0, 1e30])
def test_towers_that_diverge_say_so(rate):
    # The first step makes the scale, or the vectors, something that the loss does not take.
    pictures = render_all(SOME[:3], rng=np.random.default_rng(0), side=8)
    with pytest.raises(DivergenceError, match=r"diverged after 1 of .* lower the learning_rate"):
        trained(pictures, batch_size=2, learning_rate=rate)


def test_arguments_that_the_objective_refuses_at_once_are_not_called_a_divergence():
    with pytest.raises(ValueError, match=r"log_scale must lie .* got 200\.0"):
        trained(batch_size=2, settings=(200.0,))


@given(st.integers(0, 10_000), st.integers(1, 6))
def test_recall_against_sorting(seed, k):
    rng = np.random.default_rng(seed)
    queries, candidates = rng.standard_normal((9, 3)), rng.standard_normal((6, 3))
    own = rng.integers(6, size=9)
    scores = unit_rows(queries) @ unit_rows(candidates).T
    found = [own[i] in np.argsort(-scores[i])[:k] for i in range(9)]
    assert recall_at(k, queries, candidates, own) == pytest.approx(np.mean(found), rel=1e-12)


def test_recall_of_ties_and_in_blocks(monkeypatch):
    # All candidates alike: nothing is found before all are looked at.
    assert [recall_at(k, np.ones((4, 2)), np.ones((3, 2)), [0, 1, 2, 0]) for k in (1, 2, 3)] == [
        0,
        0,
        1,
    ]
    rng = np.random.default_rng(0)
    queries, candidates = rng.standard_normal((50, 4)), rng.standard_normal((50, 4))
    whole = recall_at(5, queries, queries + candidates, range(50))
    assert 0.2 < whole < 1
    # A product of matrices adds up equal rows in different orders: 13, 33 and 50 numbers show it.
    for d in (13, 33, 50):
        alike = np.tile(rng.standard_normal((9, d)).astype(np.float32), (7, 1))
        lengths = rng.choice([0.5, 1, 4], (63, 1)).astype(np.float32)
        own = np.arange(9) + 9 * 3
        found = [recall_at(k, alike[:9], alike * lengths, own) for k in (1, 6, 7)]
        assert found == [0, 0, 1], d
    monkeypatch.setattr(towers, "_MAX_COSINES", 50 * 7)
    assert recall_at(5, queries, queries + candidates, range(50)) == whole


# Two towers: gradients, and the loop against its textbook step

WORDS = sorted({word for scene in all_scenes() for word in caption(scene).split()})
SOME = all_scenes()[::50]


def small_towers(settings, dtype=np.float64):
    start = start_towers(
        WORDS,
        8 * 8 * 3,
        rng=np.random.default_rng(3),
        n_dimensions=6,
        n_hidden=5,
        settings=settings,
    )
    rng = np.random.default_rng(4)
    # Biases other than zero, so that a gradient without them would show.
    parameters = {
        name: (array + 0.1 * rng.standard_normal(array.shape)).astype(dtype)
        for name, array in start.parameters.items()
    }
    return replace(start, parameters=parameters)


def check_towers(loss, settings, wrong=lambda gradients: gradients):
    start = small_towers(settings)
    pictures = render_all(SOME, rng=np.random.default_rng(5), side=8).astype(np.float64)
    bags = bags_of_words([caption(scene).split() for scene in SOME], WORDS)
    names = list(start.parameters)

    def rebuilt(*arrays):
        parameters = dict(zip(names, arrays[: len(names)], strict=True))
        settings = tuple(float(x) for x in arrays[len(names) :])
        return replace(start, parameters=parameters, settings=settings)

    def value(*arrays):
        return towers_gradients(rebuilt(*arrays), pictures, bags, loss, [2, 6])[0]

    def gradient(*arrays):
        _, gradients, d_settings = towers_gradients(rebuilt(*arrays), pictures, bags, loss, [2, 6])
        gradients = wrong(gradients)
        return *(gradients[name] for name in names), *map(np.float64, d_settings)

    at = (*start.parameters.values(), *map(np.float64, settings))
    # Shares of words are rounded to single precision once, alike in loss and gradient.
    check_gradient(value, gradient, at, rng=np.random.default_rng(0))


@pytest.mark.parametrize(("loss", "settings"), [(clip_loss, (1.0,)), (siglip_loss, (1.0, -1.0))])
def test_gradients_of_the_towers(loss, settings):
    check_towers(loss, settings)


@pytest.mark.parametrize(
    "wrong",
    [
        lambda g: g | {"pixels": g["pixels"] * 1.01},
        lambda g: g | {"words": g["words"] / 8},  # words of a caption counted, not averaged
        lambda g: g | {"captions_bias": g["pictures_bias"]},
    ],
)
def test_negative_controls_of_the_towers(wrong):
    with pytest.raises(GradientError, match="is wrong along direction"):
        check_towers(clip_loss, (1.0,), wrong)


def test_vectors_of_one_picture_and_one_caption_by_hand():
    start = small_towers(())
    p = start.parameters
    picture = render(SOME[0], rng=np.random.default_rng(5), side=8)
    hidden = gelu(picture.ravel() @ p["pixels"] + p["pixels_bias"])
    expected = hidden @ p["pictures"] + p["pictures_bias"]
    np.testing.assert_allclose(picture_vectors(start, picture[np.newaxis])[0], expected, rtol=1e-12)
    rows = [p["words"][WORDS.index(word)] for word in "a red circle".split()]
    expected = sum(rows) / 3 @ p["captions"] + p["captions_bias"]
    # rtol: a third in single precision.
    np.testing.assert_allclose(caption_vectors(start, ["a red circle"])[0], expected, rtol=1e-5)


def same_but_for_rounding(learned, expected, gradient):
    """Compare first steps of Adam, ±η for any gradient but tiny ones, whose sign is rounding."""
    tiny = np.abs(gradient) < 1e-5
    assert tiny.mean() < 0.5
    # Single precision, and a batch in another order.
    np.testing.assert_allclose(learned[~tiny], expected[~tiny], rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize(("loss", "settings"), [(clip_loss, (1.0,)), (siglip_loss, (1.0, -1.0))])
def test_one_step_of_training_is_the_textbook_step(loss, settings):
    pictures = render_all(SOME, rng=np.random.default_rng(5), side=8)
    captions = [caption(scene) for scene in SOME]
    options = {"n_dimensions": 6, "n_hidden": 5}
    learned = train_towers(
        pictures,
        captions,
        rng=np.random.default_rng(6),
        loss=loss,
        settings=settings,
        lengths=[2, 6],
        n_steps=1,
        batch_size=len(SOME),
        learning_rate=0.01,
        **options,
    )
    words = sorted({word for text in captions for word in text.split()})
    bags = bags_of_words([text.split() for text in captions], words)
    start = start_towers(words, 192, rng=np.random.default_rng(6), settings=settings, **options)
    value, gradients, d_settings = towers_gradients(start, pictures, bags, loss, [2, 6])
    np.testing.assert_allclose(learned.losses, [value], rtol=1e-6)
    for name, array in start.parameters.items():
        assert learned.parameters[name].dtype == np.float32
        moved, _ = adam(array, gradients[name], adam_start(array), learning_rate=0.01)
        same_but_for_rounding(learned.parameters[name], moved, gradients[name])
    expected = [s - 0.01 * np.sign(d) for s, d in zip(settings, d_settings, strict=True)]
    np.testing.assert_allclose(learned.settings, expected, rtol=1e-6)


# Two towers: what they learn. Each figure is the range over six seeds of pictures and weights.

HELD_OUT = [
    ("red", "circle"),
    ("green", "square"),
    ("blue", "triangle"),
    ("yellow", "cross"),
    ("purple", "circle"),
    ("white", "square"),
]
SEEN, UNSEEN = split_scenes(HELD_OUT)
PROMPTS = {(c, s): f"a {c} {s}" for c in COLORS for s in SHAPES}


@pytest.fixture(scope="module")
def shown():
    """Return pictures to learn from with their captions, and new ones of unseen combinations."""
    rng = np.random.default_rng(0)
    pictures = render_all(8 * SEEN, rng=rng, side=16)
    return pictures, [caption(s) for s in 8 * SEEN], render_all(4 * UNSEEN, rng=rng, side=16)


def taught(pictures, captions, **options):
    """Return towers after a run of half a second; with more steps they get better still."""
    return train_towers(pictures, captions, rng=np.random.default_rng(1), n_steps=250, **options)


@pytest.fixture(scope="module")
def clip(shown):
    return taught(*shown[:2])


def judge(two, pictures, n_numbers=None):
    """Return recall@1 and @5 among unseen captions, @1 among all 240, and zero-shot accuracy."""
    vectors = picture_vectors(two, pictures)[:, :n_numbers]
    scores = {}
    for name, scenes in {"unseen": UNSEEN, "all": all_scenes()}.items():
        texts = caption_vectors(two, [caption(s) for s in scenes])[:, :n_numbers]
        own = [scenes.index(s) for s in 4 * UNSEEN]
        scores |= {f"{name}@{k}": recall_at(k, vectors, texts, own) for k in (1, 5)}
    classes = classify(vectors, caption_vectors(two, list(PROMPTS.values()))[:, :n_numbers])
    truth = [list(PROMPTS).index((s.color, s.shape)) for s in 4 * UNSEEN]
    return scores | {"zero-shot": float(np.mean(classes == truth))}


@pytest.mark.parametrize(
    "options", [{}, {"loss": siglip_loss, "settings": SIGLIP_SETTINGS}], ids=["CLIP", "SigLIP"]
)
def test_towers_understand_combinations_they_have_never_seen(shown, clip, options):
    pictures, captions, unseen = shown
    two = taught(pictures, captions, **options) if options else clip
    scores = judge(two, unseen)
    # CLIP, SigLIP: 0.98 to 1, 0.99 to 1; 1, 1; 0.67 to 0.78, 0.78 to 0.82; 0.60 to 0.67, 0.62 to
    # 0.73. By chance: 1/60, 5/60, 1/240, 1/24.
    assert scores["unseen@1"] > 0.9
    assert scores["unseen@5"] > 0.97
    assert scores["all@1"] > 0.55
    assert scores["zero-shot"] > 0.45
    assert two.losses[-20:].mean() < 0.25 * two.losses[0]
    assert two.settings != options.get("settings", CLIP_SETTINGS)
    assert all(array.dtype == np.float32 for array in two.parameters.values())


def test_controls_know_nothing(shown):
    pictures, captions, unseen = shown
    untrained = start_towers(WORDS, pictures[0].size, rng=np.random.default_rng(1))
    # Each scene keeps one caption, but another scene's: it can be learned by heart, and only so.
    distinct = sorted(set(captions))
    other = dict(
        zip(distinct, np.random.default_rng(2).permutation(distinct).tolist(), strict=True)
    )
    shuffled = taught(pictures, [other[text] for text in captions])
    assert shuffled.losses[-20:].mean() < 0.25 * shuffled.losses[0]
    for two in (untrained, shuffled):
        scores = judge(two, unseen)
        # At most 0.033, 0.133, 0.013 and 0.067.
        assert scores["unseen@1"] < 0.15
        assert scores["unseen@5"] < 0.3
        assert scores["all@1"] < 0.1
        assert scores["zero-shot"] < 0.2


def test_in_as_many_steps_a_larger_batch_learns_more(shown, clip):
    pictures, captions, unseen = shown
    # 0.08 to 0.19 with 4 pairs, 0.67 to 0.78 with 64. Both more pairs and more negatives for each
    # do it: with 16 times as many steps, and as many pairs, 4 come to 0.65 to 0.68.
    few = judge(taught(pictures, captions, batch_size=4), unseen)
    many = judge(clip, unseen)  # the default is 64
    assert few["all@1"] < many["all@1"] - 0.25


def test_nested_vectors_can_be_cut_and_plain_ones_less(shown):
    pictures, captions, unseen = shown
    plain, nested = (
        taught(pictures, captions, n_dimensions=64, lengths=m) for m in (None, [8, 16, 32, 64])
    )
    cut = [judge(two, unseen, 8)["all@1"] for two in (plain, nested)]
    whole = [judge(two, unseen)["all@1"] for two in (plain, nested)]
    # 8 of 64 numbers: plain 0.29 to 0.55, nested 0.72 to 0.82, by 0.20 or more in each run; all
    # 64: plain 0.74 to 0.80, nested 0.73 to 0.82.
    assert cut[0] < cut[1] - 0.08
    assert cut[0] < whole[0] - 0.1
    assert abs(cut[1] - whole[1]) < 0.12
    assert abs(whole[0] - whole[1]) < 0.15


# SimCSE: gradients

SENTENCES = [["a", "b", "c"], ["b", "d"], ["a", "a", "e", "d"], ["c", "e"]]


def small_encoder():
    """Return names and arrays of an encoder in double precision, bags, and two views of them."""
    rng = np.random.default_rng(0)
    start = start_sentence_encoder("abcde", rng=rng, n_dimensions=4, n_hidden=6).parameters
    arrays = tuple(x + 0.1 * rng.standard_normal(x.shape) for x in start.values())
    bags = bags_of_words(SENTENCES, "abcde").astype(np.float64)
    views = [draw_view(bags, 6, 0.3, 0.3, rng=rng) for _ in range(2)]
    return list(start), arrays, bags, views


def check_simcse(loss, gradients):
    names, at, _, _ = small_encoder()
    check_gradient(
        lambda *arrays: loss(dict(zip(names, arrays, strict=True))),
        lambda *arrays: tuple(gradients(dict(zip(names, arrays, strict=True))).values()),
        at,
        rng=np.random.default_rng(1),
    )


def test_gradients_of_simcse():
    _, _, _, views = small_encoder()
    check_simcse(lambda p: simcse_loss(p, *views)[0], lambda p: simcse_loss(p, *views)[1])
    # Negative control: the second view taken for a constant.
    with pytest.raises(GradientError, match="is wrong along direction"):
        check_simcse(lambda p: simcse_loss(p, *views)[0], lambda p: one_sided(p, *views))


def one_sided(parameters, first, second):
    vectors = [unit_rows(view_vectors(parameters, view)) for view in (first, second)]
    _, d_units, _ = info_nce(*vectors, 0.2)
    d_vectors = unit_rows_gradient(d_units, view_vectors(parameters, first))
    return view_gradients(d_vectors, parameters, first)


def test_gradients_of_a_view_with_dropout():
    _, _, bags, (view, _) = small_encoder()
    weights = np.random.default_rng(2).standard_normal((4, 4))

    def check(way_back):
        check_simcse(
            lambda p: (weights * view_vectors(p, view)).sum(),
            lambda p: view_gradients(weights, p, way_back),
        )

    check(view)
    # Negative controls: dropout forgotten on the way back, of the hidden layer or of the words.
    for forgotten in (View(view.bags, np.ones_like(view.scale)), View(bags, view.scale)):
        with pytest.raises(GradientError, match="is wrong along direction"):
            check(forgotten)


def test_views_are_the_sentence_on_average():
    _, _, bags, _ = small_encoder()
    rng = np.random.default_rng(0)
    views = [draw_view(bags, 6, 0.5, 0.25, rng=rng) for _ in range(4000)]
    # Standard errors: a share doubled or nothing, of at most 1/2, over √4000; likewise a factor.
    mean = sum(view.bags for view in views) / 4000
    np.testing.assert_allclose(mean.toarray(), bags.toarray(), atol=0.04)
    np.testing.assert_allclose(np.mean([view.scale for view in views], axis=0), 1, atol=0.05)
    unchanged = draw_view(bags, 6, 0.0, 0.0, rng=rng)
    np.testing.assert_array_equal(unchanged.bags.toarray(), bags.toarray())
    assert (unchanged.scale == 1).all()


def test_one_step_of_simcse_is_the_textbook_step():
    options = {"n_dimensions": 4, "n_hidden": 6}
    learned = train_simcse(
        SENTENCES,
        rng=np.random.default_rng(0),
        word_rate=0.0,
        hidden_rate=0.0,
        n_steps=1,
        batch_size=4,
        learning_rate=0.01,
        **options,
    )
    start = start_sentence_encoder("abcde", rng=np.random.default_rng(0), **options)
    bags = bags_of_words(SENTENCES, start.words)
    whole = View(bags, np.ones((4, 6), dtype=np.float32))
    np.testing.assert_array_equal(
        view_vectors(start.parameters, whole), sentence_vectors(start, SENTENCES)
    )
    loss, gradients = simcse_loss(start.parameters, whole, whole)
    np.testing.assert_allclose(learned.losses, [loss], rtol=1e-6)
    for name, array in start.parameters.items():
        assert learned.parameters[name].dtype == np.float32
        moved, _ = adam(array, gradients[name], adam_start(array), learning_rate=0.01)
        same_but_for_rounding(learned.parameters[name], moved, gradients[name])


# SimCSE: what it learns


@pytest.fixture(scope="module")
def language():
    """Return sentences to learn from, and others with pairs of them and their similarity."""
    rng = np.random.default_rng(0)
    sentences = world(rng, 6000).sentences
    known = {token for text in sentences for token in text}
    other = world(rng, 3000)
    first, second, scores = similar_sentences(other, rng=rng)
    unseen = [[token for token in text if token in known] for text in other.sentences]
    return sentences, unseen, (first, second), scores


def agreement(encoder, language):
    """Return the rank correlation of cosines with the truth, and the uniformity."""
    _, unseen, (first, second), scores = language
    vectors = sentence_vectors(encoder, unseen)
    correlation = spearmanr(cosines(vectors[first], vectors[second]), scores).statistic
    return float(correlation), uniformity(unit_rows(vectors[:1000]))[0]


def test_simcse_learns_from_sentences_alone(language):
    sentences = language[0]
    words = sorted({token for text in sentences for token in text})
    rng = np.random.default_rng(1)
    untrained = agreement(start_sentence_encoder(words, rng=rng), language)
    trained = agreement(train_simcse(sentences, rng=rng), language)
    # Six seeds: from 0.45 to 0.51 up to 0.66 to 0.69; from -2.7 to -3.0 down to -3.3.
    assert trained[0] > untrained[0] + 0.1
    assert trained[0] > 0.6
    assert trained[1] < untrained[1] - 0.15


def test_without_dropout_sentences_are_spread_and_nothing_is_learned(language):
    sentences = language[0]
    words = sorted({token for text in sentences for token in text})
    rng = np.random.default_rng(1)
    untrained = agreement(start_sentence_encoder(words, rng=rng), language)
    spread = agreement(train_simcse(sentences, rng=rng, word_rate=0.0, hidden_rate=0.0), language)
    hidden = agreement(train_simcse(sentences, rng=rng, word_rate=0.0), language)
    # Six seeds: without dropout 0.03 to 0.07 below the untrained one, with dropout of the hidden
    # layer only -0.03 to 0.03 above; the uniformity is -3.8, lower than where meaning is learned.
    assert spread[0] < untrained[0] + 0.03
    assert hidden[0] < untrained[0] + 0.08
    assert max(spread[1], hidden[1]) < -3.65


def test_negative_control_shuffled_positives_collapse(language):
    sentences = language[0]
    rng = np.random.default_rng(1)
    shuffled = [sentences[i] for i in rng.permutation(len(sentences))]
    correlation, spread = agreement(train_simcse(sentences, rng=rng, positives=shuffled), language)
    # Six seeds: 0.41 to 0.51, no better than untrained; the uniformity is above -0.36.
    assert correlation < 0.58
    assert spread > -1


def test_similarity_of_sentences_is_that_of_their_heads():
    corpus = world(np.random.default_rng(0), 2000)
    first, second, scores = similar_sentences(corpus, rng=np.random.default_rng(1), n_per_score=50)
    assert (first != second).all()
    values, counts = np.unique(scores, return_counts=True)
    assert counts.max() == 50
    assert values[0] == 0
    assert values[-1] == 1
    for i, j, score in zip(first.tolist(), second.tolist(), scores.tolist(), strict=True):
        heads = [
            {word for word in corpus.sentences[k] if word in corpus.attributes} for k in (i, j)
        ]
        (u,), (v,) = heads
        ours, theirs = (set(corpus.attributes[word].items()) for word in (u, v))
        assert score == len(ours & theirs) / len(ours | theirs)


# Bad input

PICTURES = np.zeros((3, 8, 8, 3), dtype=np.float32)
CAPTIONS = ["a red circle", "a blue cross", "a white square"]


def trained(pictures=PICTURES, captions=CAPTIONS, **options):
    train_towers(pictures, captions, rng=np.random.default_rng(0), **options)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: Scene("tiny", "red", "circle", "center"), "size must be one of small, large"),
        (lambda: Scene("small", "red", "star", "center"), "shape must be one of circle, square"),
        (lambda: split_scenes([("red", "star")]), r"held_out must hold pairs \(color, shape\)"),
        (
            lambda: split_scenes([("red", shape) for shape in SHAPES]),
            r"held_out must leave a pair of each color and shape to be seen, got \['red'\]",
        ),
        (lambda: render_all([], rng=np.random.default_rng(0)), "scenes must hold at least one"),
        (
            lambda: render(SOME[0], rng=np.random.default_rng(0), side=4),
            "side must be at least 8, got 4",
        ),
        (
            lambda: render(SOME[0], rng=np.random.default_rng(0), noise=-1.0),
            "noise must be at least 0 and finite, got -1.0",
        ),
        (lambda: bags_of_words([], "ab"), "sentences must hold at least one sentence"),
        (lambda: bags_of_words([[]], "ab"), "each of sentences must have a token"),
        (lambda: bags_of_words(["ab"], "ab"), "each of sentences must be a list of tokens"),
        (
            lambda: bags_of_words([["a", "x"]], "ab"),
            r"sentences must hold known words only, got \['x'\]; leave others out",
        ),
        (lambda: trained(captions=CAPTIONS[:2]), "captions must be 3, got 2"),
        (lambda: trained(captions="abc"), r"captions must be a list of strings.*write \[caption\]"),
        (lambda: trained(captions=[None] * 3), r"captions\[0\] must be a string, got None"),
        (lambda: trained(captions=[["a", "red"]] * 3), r"captions\[0\] must be a string, got \['a"),
        (lambda: caption_vectors(small_towers(()), "a"), "captions must be a list of strings"),
        (
            lambda: trained(PICTURES[0], CAPTIONS),
            r"pictures must have the shape \(N, side, side, 3",
        ),
        (lambda: trained(PICTURES * np.nan), "pictures must be finite"),
        (lambda: trained(), "batch_size must be at most the number of different captions, 3, got"),
        (lambda: trained(batch_size=1), "batch_size must be at least 2, got 1"),
        (lambda: trained(batch_size=2, lengths=[64]), "lengths must rise, and end at 32"),
        (lambda: trained(batch_size=2, lengths=[]), "lengths must rise"),
        (lambda: trained(batch_size=2, n_steps=0), "n_steps must be at least 1, got 0"),
        (
            lambda: picture_vectors(small_towers(()), PICTURES[:, :6]),
            "pictures must hold 192 numbers each, got 144",
        ),
        (
            lambda: picture_vectors(small_towers(()), PICTURES[:0]),
            "pictures must hold at least one",
        ),
        (lambda: caption_vectors(small_towers(()), ["a pink circle"]), r"known words.*\['pink'\]"),
        (
            lambda: start_towers(["a", "a"], 3, rng=np.random.default_rng(0)),
            "words must be distinct words",
        ),
        (lambda: recall_at(4, np.eye(3), np.eye(3), [0, 1, 2]), "k must be at most the number of"),
        (lambda: recall_at(1, np.eye(3), np.eye(3), [0, 1]), "own must hold a place below 3"),
        (lambda: recall_at(1, np.eye(3), np.eye(3), [0, 1, 3]), "own must hold a place below 3"),
        (lambda: recall_at(1, np.eye(3), np.eye(3), [0, 1, 2.0]), "own must hold a place below 3"),
        (lambda: recall_at(1, np.eye(2), np.eye(2), [True, False]), "own must hold a place below"),
        (lambda: classify(np.eye(3), np.eye(3)[:0]), "prompts must have a row for each class"),
        (lambda: classify(np.eye(3), np.eye(2)), "prompts must have 3 columns as vectors, got 2"),
        (
            lambda: train_simcse(SENTENCES, rng=np.random.default_rng(0)),
            "batch_size must be at most the number of sentences, 4, got 128",
        ),
        (
            lambda: train_simcse(SENTENCES, rng=np.random.default_rng(0), positives=SENTENCES[:1]),
            "positives must be 4, got 1",
        ),
        (
            lambda: train_simcse(
                SENTENCES, rng=np.random.default_rng(0), batch_size=2, word_rate=1.0
            ),
            "word_rate must be at least 0 and below 1, got 1.0",
        ),
        (
            lambda: train_simcse(
                SENTENCES, rng=np.random.default_rng(0), batch_size=2, hidden_rate=-0.1
            ),
            "hidden_rate must be at least 0 and below 1, got -0.1",
        ),
        (
            lambda: descend(
                lambda p: (0.0, {"y": p["x"]}), {"x": np.ones(1)}, n_steps=1, learning_rate=1
            ),
            "objective must name parameters only, got 'y'",
        ),
    ],
)
def test_bad_input(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_a_word_that_is_listed_twice_has_no_place():
    with pytest.raises(ValueError, match="words must be distinct, got '1 repeated'"):
        bags_of_words([["a"]], ["a", "b", "a"])
