"""Words that say little about what a text is about, as a plain list."""

_FUNCTION_WORDS = """
    a an the this that these those
    i me my myself we us our ours ourselves you your yours yourself yourselves
    he him his himself she her hers herself it its itself they them their theirs themselves
    who whom whose which what
    am is are was were be been being have has had having do does did doing
    will would shall should can could may might must
    about above across after along among around at before behind below beneath beside between
    beyond by down during for from in inside into of off on onto out outside over since through
    throughout till to toward towards under until up upon with within
    and but or so yet if because although though while whereas than as
    when where why how then there here
"""

STOPWORDS: frozenset[str] = frozenset(_FUNCTION_WORDS.split())
"""Lowercase English function words: articles, pronouns, auxiliaries, prepositions, conjunctions
and question words.

A short list made for this course, not a standard; published lists differ as well. It leaves out
what turns a meaning round (no, not, never, without, against) and contractions (don't, it's). It
knows no context, so the month and the last will go with the auxiliaries. Idf weights do a similar
job by counting, in any language.
"""
