"""The word lists of the gender measurements."""

from dataclasses import dataclass


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


# Common words for work that women and men both do, with one dominant sense. Gendered
# words (actress, waitress) and the words of the male–female pairs, which define the direction, are
# excluded.
OCCUPATIONS = _words(
    """
    accountant anthropologist architect artist astronaut astronomer attorney author biologist
    botanist carpenter chef chemist choreographer composer dancer dentist designer detective
    diplomat doctor economist editor electrician engineer farmer gardener geologist historian
    journalist judge lawyer librarian manager mathematician mechanic musician nurse painter
    pharmacist philosopher photographer physician physicist pilot plumber politician professor
    programmer psychologist receptionist scientist secretary singer soldier surgeon teacher
    therapist translator writer
    """
)

_MALE = "male man boy brother he him his son"
_FEMALE = "female woman girl sister she her hers daughter"


@dataclass(frozen=True)
class Lists:
    """The four word lists of an association test.

    Attributes
    ----------
    name : str
    first, second : tuple of str
        The targets.
    third, fourth : tuple of str
        The attributes; a positive effect associates the first targets with the third list.
    """

    name: str
    first: tuple[str, ...]
    second: tuple[str, ...]
    third: tuple[str, ...]
    fourth: tuple[str, ...]


def _lists(name: str, *lists: str) -> Lists:
    first, second, third, fourth = map(_words, lists)
    return Lists(name, first, second, third, fourth)


# Tests 6, 7 and 8 of the paper, in lower case.
TESTS = (
    _lists(
        "male names with career, female names with family",
        "john paul mike kevin steve greg jeff bill",
        "amy joan lisa sarah diana kate ann donna",
        "executive management professional corporation salary office business career",
        "home parents children family cousins marriage wedding relatives",
    ),
    _lists(
        "mathematics with male words, arts with female words",
        "math algebra geometry calculus equations computation numbers addition",
        "poetry art dance literature novel symphony drama sculpture",
        _MALE,
        _FEMALE,
    ),
    _lists(
        "science with male words, arts with female words",
        "science technology physics chemistry einstein nasa experiment astronomy",
        "poetry art shakespeare dance literature novel symphony drama",
        "brother father uncle grandfather son he his him",
        "sister mother aunt grandmother daughter she hers her",
    ),
)
