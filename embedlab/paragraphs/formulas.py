"""A formula in TeX as a line of text that can be read and searched."""

import re

_PAIRS = """
    alpha α beta β gamma γ delta δ epsilon ε varepsilon ε zeta ζ eta η theta θ iota ι kappa κ
    lambda λ mu μ nu ν xi ξ pi π rho ρ sigma σ tau τ phi φ varphi φ chi χ psi ψ omega ω
    Gamma Γ Delta Δ Theta Θ Lambda Λ Xi Ξ Pi Π Sigma Σ Phi Φ Psi Ψ Omega Ω
    cdot · times × le ≤ leq ≤ ge ≥ geq ≥ ne ≠ neq ≠ approx ≈ sim ∼ equiv ≡ propto ∝ ll ≪ gg ≫
    in ∈ notin ∉ subset ⊂ cup ∪ cap ∩ setminus ∖ forall ∀ exists ∃ emptyset ∅ neg ¬
    infty ∞ partial ∂ nabla ∇ pm ± mid | to → rightarrow → mapsto ↦ Rightarrow ⇒ iff ⇔
    sum ∑ prod ∏ int ∫ circ ° perp ⊥ top ᵀ odot ⊙ oplus ⊕ otimes ⊗ ell ℓ prime ′
    Vert ‖ lVert ‖ rVert ‖ | ‖ vert | lvert | rvert | langle ⟨ rangle ⟩
    lfloor ⌊ rfloor ⌋ lceil ⌈ rceil ⌉ dots … ldots … cdots … vdots … ddots …
""".split()
_SYMBOLS = dict(zip(_PAIRS[::2], _PAIRS[1::2], strict=True))
_OPENING = {"lVert", "lvert", "langle", "lfloor", "lceil"}

# These say how large or in which face something is set, and nothing else.
_SILENT = re.compile(
    r"\\(?:left|right|[bB]ig[lr]?|displaystyle|textstyle|(?:no)?limits|mathop|boldsymbol"
    r"|operatorname\*?|math(?:bb|bf|rm|cal|it|sf)|text(?:bf|it|rm)?"
    r"|bar|hat|tilde|vec|overline|underline)(?![A-Za-z])\.?\s*"
)
_SUPERSCRIPTS = str.maketrans("0123456789+-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻")
_ENVIRONMENT = re.compile(r"\\(?:begin|end)\{[^{}]*\}(?:\{[lcr|]*\})?|\\label\{[^{}]*\}")
_SPACING = re.compile(r"\\[,;:!> ]|\\q?quad\b|~|&|\\\\(?:\[[^\]]*\])?")
_INNERMOST = r"\{([^{}]*)\}"
_FRACTION = re.compile(rf"\\[dtc]?frac\s*{_INNERMOST}\s*{_INNERMOST}")
_DIGIT_FRACTION = re.compile(r"\\[dtc]?frac\s*(\w)\s*(\w)")
_ROOT = re.compile(rf"\\sqrt\s*(?:{_INNERMOST}|(\w))")
_SCRIPT = re.compile(rf"([_^])\s*{_INNERMOST}")
# A group that belongs to no command before it only holds things together.
_LOOSE = re.compile(rf"(?<![_^}}])(?<!frac)(?<!sqrt){_INNERMOST}")
_COMMAND = re.compile(r"\\([A-Za-z]+|\|)\s*")


def readable_formula(tex: str) -> str:
    r"""Return a formula as one line: symbols for commands, a / b for fractions, no braces.

    What is not known keeps its name without the backslash, as most functions read anyway.

    >>> readable_formula(r"E \in \mathbb{R}^{V \times d}")
    'E ∈ R^(V × d)'
    >>> readable_formula(r"\cos(u, v) = \frac{u^\top v}{\lVert u\rVert\,\lVert v\rVert}")
    'cos(u, v) = (uᵀ v)/(‖u‖ ‖v‖)'
    """
    text = _SILENT.sub("", _SPACING.sub(" ", _ENVIRONMENT.sub(" ", tex)))
    # Escaped braces are marks of the formula; the others go, from the innermost outward.
    text = text.replace(r"\{", "\ue000").replace(r"\}", "\ue001")
    text = re.sub(r"(?<=[}_^c])\s+(?=\{)", "", _DIGIT_FRACTION.sub(r"\1/\2", text))
    before = ""
    while before != text:
        before = text
        text = _FRACTION.sub(lambda m: f"{_grouped(m[1])}/{_grouped(m[2])}", text)
        text = _ROOT.sub(lambda m: f"√{_grouped(m[1] or m[2])}", text)
        text = _SCRIPT.sub(lambda m: f"{m[1]}{_grouped(m[2])}", text)
        if before == text:
            text = _LOOSE.sub(r"\1", text)
        if before == text:
            text = re.sub(_INNERMOST, r"\1", text, count=1)
    text = _COMMAND.sub(_command, text)
    text = re.sub(r"\^([ᵀ′°])", r"\1", text)
    text = re.sub(r"\^(-?\d+)", lambda m: m[1].translate(_SUPERSCRIPTS), text)
    text = re.sub(r"\\(.)", r"\1", text).replace("\ue000", "{").replace("\ue001", "}")
    text = re.sub(r"(?<=[\w)])([·×]) ", r" \1 ", " ".join(text.split()))
    return re.sub(r"(?<=[(⟨])\s+|\s+(?=[),.;‖⟩](?!\w))", "", text)


def _grouped(part: str) -> str:
    """Return a part in parentheses, unless it is a single sign, number or name."""
    part = part.strip()
    return part if re.fullmatch(r"-?[\w.]*|\\[A-Za-z]+", part) else f"({part})"


def _command(match: re.Match[str]) -> str:
    name, follower = match[1], match.string[match.end() : match.end() + 1]
    # The space behind a command only ends its name; behind an opening mark none is wanted, and
    # between a function and its argument there is one.
    is_function = name not in _SYMBOLS and (follower.isalnum() or follower == "\\")
    is_apart = match[0][-1].isspace() and name not in _OPENING
    return _SYMBOLS.get(name, name) + " " * (is_apart or is_function)
