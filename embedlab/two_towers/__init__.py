"""Contrastive training made small: pictures with captions, and sentences with themselves."""

from embedlab.two_towers.bags import bags_of_words
from embedlab.two_towers.descent import descend
from embedlab.two_towers.scenes import (
    COLORS,
    PLACES,
    SHAPES,
    SIZES,
    Scene,
    all_scenes,
    caption,
    render,
    render_all,
    split_scenes,
)
from embedlab.two_towers.simcse import (
    SentenceEncoder,
    View,
    draw_view,
    sentence_vectors,
    simcse_loss,
    start_sentence_encoder,
    train_simcse,
    view_gradients,
    view_vectors,
)
from embedlab.two_towers.towers import (
    TwoTowers,
    bag_vectors,
    caption_gradients,
    caption_vectors,
    classify,
    picture_gradients,
    picture_vectors,
    recall_at,
    start_towers,
)
from embedlab.two_towers.training import (
    CLIP_SETTINGS,
    SIGLIP_SETTINGS,
    towers_gradients,
    train_towers,
)
from embedlab.two_towers.truth import similar_sentences

__all__ = [
    "CLIP_SETTINGS",
    "COLORS",
    "PLACES",
    "SHAPES",
    "SIGLIP_SETTINGS",
    "SIZES",
    "Scene",
    "SentenceEncoder",
    "TwoTowers",
    "View",
    "all_scenes",
    "bag_vectors",
    "bags_of_words",
    "caption",
    "caption_gradients",
    "caption_vectors",
    "classify",
    "descend",
    "draw_view",
    "picture_gradients",
    "picture_vectors",
    "recall_at",
    "render",
    "render_all",
    "sentence_vectors",
    "simcse_loss",
    "similar_sentences",
    "split_scenes",
    "start_sentence_encoder",
    "start_towers",
    "towers_gradients",
    "train_simcse",
    "train_towers",
    "view_gradients",
    "view_vectors",
]
