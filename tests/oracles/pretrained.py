"""How ``pretrained.npz`` was made: all-MiniLM-L6-v2 run by PyTorch, for ``test_pretrained.py``.

Not a test, and no dependency of the project. In an environment of its own with PyTorch,
transformers and sentence-transformers, and with the folder of the weights (model.safetensors,
tokenizer.json, config.json, modules.json ...) as the argument:

    python tests/oracles/pretrained.py FOLDER

Token vectors come from transformers' ``BertModel``, each text run alone, without padding. The
sentence vectors come from ``SentenceTransformer.encode``, all texts in one padded batch. Both run
on the processor in single precision. Kept are the piece numbers of each text, the last layer's
vectors of two positions of each text, all layers' vectors of one position, the sentence vectors
and the versions.
"""

import sys
from pathlib import Path

import numpy as np

TEXTS = [
    "word",
    "The old man sat down on the bank of the river and watched the boats.",
    "She opened an account at the bank, because it lends money cheaply!",
    "Größe, naïve café; 東京は大きい. Δx → ∞ 🙂 unbelievably-tokenizable",
    "",
    "  It's 3.14159 (or so),\tisn't it?\n",
    # 182 pieces: longer than the 128 to which the file of the tokenizer cuts, shorter than 256.
    " ".join(f"In year {1900 + 3 * i} the harvest was gathered." for i in range(20)),
]
LAYERED_TEXT, LAYERED_POSITION = 1, 8
"""The word "bank" of the second text: [CLS] the old man sat down on the bank."""


def main(folder: Path) -> None:
    """Write the numbers next to this file."""
    # Here and not above, because the tests' environment, which reads every file, has none of them.
    import sentence_transformers
    import torch
    import transformers

    torch.manual_seed(0)
    tokenizer = transformers.AutoTokenizer.from_pretrained(folder, model_max_length=256)
    model = transformers.BertModel.from_pretrained(folder, dtype=torch.float32).eval()
    ids, hidden = [], []
    for text in TEXTS:
        batch = tokenizer([text], return_tensors="pt", truncation=True, padding=False)
        with torch.no_grad():
            output = model(**batch, output_hidden_states=True)
        ids.append(batch["input_ids"][0].numpy())
        hidden.append(torch.cat(output.hidden_states).numpy())
    pipeline = sentence_transformers.SentenceTransformer(str(folder), device="cpu")
    pooled = pipeline.encode(TEXTS, batch_size=len(TEXTS), convert_to_numpy=True)
    positions = np.array([(len(row) // 2, len(row) - 1) for row in ids])
    modules = (torch, transformers, sentence_transformers, np)
    np.savez_compressed(
        Path(__file__).with_suffix(".npz"),
        texts=np.array(TEXTS),
        ids=np.concatenate(ids).astype(np.int32),
        lengths=np.array([len(row) for row in ids]),
        positions=positions,
        tokens=np.stack([h[-1][p] for h, p in zip(hidden, positions, strict=True)]),
        layers=hidden[LAYERED_TEXT][:, LAYERED_POSITION],
        layered=np.array([LAYERED_TEXT, LAYERED_POSITION]),
        sentences=pooled.astype(np.float32),
        versions=np.array([f"{module.__name__} {module.__version__}" for module in modules]),
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]))
