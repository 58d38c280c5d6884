"""A few attacks of each kind on the other assignments: nothing of the above is about n-grams."""

from dataclasses import replace

from hostile import exhaustion, injection, outside, tampering

_FUNCTIONS = {
    "cbow": ("context", "cbow_predict", "closer"),
    "sentences": ("mean_vector", "idf_table", "sentence_vector", "sentence_similarity"),
}
_NAMES = ("outside_paths", "outside_variables", "exhaust_exits_everywhere", "tamper_forged_end",
          "tamper_patches", "inject_html", "exhaust_abort")  # fmt: skip
_EVERYTHING = [*outside.ATTACKS, *exhaustion.ATTACKS, *tampering.ATTACKS, *injection.ATTACKS]


def attacks(assignment):
    """Return attacks on an assignment, those whose cells come before honest work as it is."""
    found = []
    for attack in _EVERYTHING:
        if attack.name in _NAMES:
            stubs = {
                name: f"def {name}(*arguments):\n    return None"
                for name in (_FUNCTIONS[assignment] if attack.name == "tamper_forged_end" else ())
            }
            points = 0 if stubs or not attack.points else 18
            found.append(replace(attack, cells=stubs, points=points, fails={}))
    return found
