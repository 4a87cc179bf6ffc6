"""Counts the words of a text.

The simple handler form: ``handle(req)`` gets the request body as text and
returns the response body as text.
"""

import json
import unicodedata
from collections import Counter
from collections.abc import Iterator

# Characters that belong to a word only between two of its letters: apostrophes
# ("don't") and the zero-width joiners that some scripts spell words with.
JOINERS = frozenset("'\u2019\u200c\u200d")


def is_word_character(char: str) -> bool:
    """Tell whether a character is a letter, a digit or a combining mark."""
    return unicodedata.category(char)[0] in "LMN"


def words(text: str) -> Iterator[str]:
    """Yield the words of a text in order, in lower case.

    The text is normalised (NFC), so that a letter with an accent counts as
    the same letter however it was typed.
    """
    word = ""
    joiner = ""
    for char in unicodedata.normalize("NFC", text).lower():
        if is_word_character(char):
            word += joiner + char
            joiner = ""
        elif char in JOINERS and word and not joiner:
            joiner = char
        else:
            if word:
                yield word
            word = joiner = ""
    if word:
        yield word


def handle(req: str) -> str:
    """Return a JSON object from word to count, most frequent first.

    Words that are equally frequent are in alphabetical (code point) order.
    """
    counts = Counter(words(req))
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return json.dumps(dict(ordered), ensure_ascii=False)
