"""Exceptions for errors that a user can cause.

Each message states the value, the limit and the remedy in one sentence; the command line
prints it and exits with ``exit_code``, the dashboard shows it.
"""

from collections.abc import Sequence

_LONGEST = 1_500  # characters of a message


class EmbedvizError(Exception):
    """Base of every error that a user can cause.

    Attributes
    ----------
    exit_code : int
        Exit status of the command line: 2 for input that cannot be used.
    """

    exit_code = 2

    def __str__(self) -> str:
        """Return the message; of a very long one, which quotes a file, the middle is left out."""
        message = super().__str__()
        if len(message) <= _LONGEST:
            return message
        return f"{message[: _LONGEST // 2]} … {message[-_LONGEST // 2 :]}"


class InputError(EmbedvizError):
    """A file, a folder or a value that is invalid or unusable.

    Parameters
    ----------
    message : str
        For Python and the dashboard.
    in_options : str, optional
        For the command line: the same message with a remedy or names that are options there.
    """

    def __init__(self, message: str, *, in_options: str | None = None) -> None:
        self.in_options = in_options or message
        super().__init__(message)


class SeveralTablesError(InputError):
    """A file of several matrices, of which none is known to be that of the word vectors.

    Parameters
    ----------
    message : str
    tables : sequence of str
        Their names, of which one can be chosen; empty if there is none.
    """

    def __init__(self, message: str, tables: Sequence[str] = ()) -> None:
        self.tables = tuple(tables)
        super().__init__(message)


class SettingError(InputError):
    """A setting that is out of range, or settings that contradict each other.

    The message names settings as in Python, and `in_options` as command-line options.
    """


class ModelError(EmbedvizError):
    """A model folder that is missing, damaged, or from a newer version."""


class FetchError(EmbedvizError):
    """A corpus that could not be downloaded, or whose checksum differs."""


_MOST_NAMED = 10  # words of one message


class UnknownWordError(EmbedvizError, LookupError):
    """One or more words that are not in the vocabulary.

    Parameters
    ----------
    words : sequence of str
        The unknown words, as the user wrote them.
    suggestions : sequence of str
        Similar spellings in the vocabulary, best first; may be empty.
    """

    exit_code = 1

    def __init__(self, words: Sequence[str], suggestions: Sequence[str] = ()) -> None:
        self.words = tuple(words)
        self.suggestions = tuple(suggestions)
        named = ", ".join(f"'{_shown(word)}'" for word in self.words[:_MOST_NAMED])
        if len(self.words) > _MOST_NAMED:
            named += f" and {len(self.words) - _MOST_NAMED:,} more"
        verb = "is" if len(self.words) == 1 else "are"
        remedy = (
            f"did you mean {', '.join(map(_shown, self.suggestions[:_MOST_NAMED]))}?"
            if self.suggestions
            else "no word in it has a similar spelling."
        )
        super().__init__(f"{named} {verb} not in the vocabulary: {remedy}")


def _shown(word: str, longest: int = 60) -> str:
    """Prepare a word for a message: shortened, without control characters."""
    plain = "".join(sign if sign.isprintable() else "\N{REPLACEMENT CHARACTER}" for sign in word)
    return plain if len(plain) <= longest else plain[: longest - 1] + "…"
