"""Places of the words of a decoder's tree: a column per step, a row per branch."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from embedviz.sequences import DecodedText, WritingTree

PATH, BEST, OTHER, GREEDY, CHOICE = "path", "best", "other", "greedy", "choice"
"""What a node belongs to: the path, the best text of the beam, another one, the greedy text."""

Words = tuple[str, ...]


@dataclass(eq=False)
class Node:
    """A word of the tree.

    Attributes
    ----------
    words : tuple of str
        The text up to it; the end is an empty word.
    probability : float
        Of the word after those before it.
    kind : str
    is_forced : bool
    row : int
        0 for the path, negative above it, positive for the choices below it.
    parent : Node or None
    children : list of Node
        Of the text that had the node first, and then those of others.
    ends : list of str
        Names of the texts that end here.
    """

    words: Words
    probability: float
    kind: str
    is_forced: bool = False
    row: int = 0
    parent: Node | None = None
    children: list[Node] = field(default_factory=list)
    ends: list[str] = field(default_factory=list)

    @property
    def column(self) -> int:
        """Number of the step, from 0; -1 for the root."""
        return len(self.words) - 1

    @property
    def word(self) -> str:
        """The word itself; empty for the end."""
        return self.words[-1]


def lay_out(tree: WritingTree) -> list[Node]:
    """Place all words of a tree.

    The path is row 0. Texts of the beam branch off upwards: whatever leaves a branch later is
    nearer to it, so that no lines cross. Choices that are on no branch stand below the path.

    Returns
    -------
    list of Node
        Without the root; parents come before their children.
    """
    root = Node((), 1.0, PATH)
    there: dict[Words, Node] = {(): root}

    def add(text: DecodedText, kind: str, name: str) -> None:
        node = root
        for word, log_p in zip((*text.words, ""), text.log_probabilities, strict=True):
            words = (*node.words, word)
            if words not in there:
                there[words] = Node(words, math.exp(log_p), kind, parent=node)
                node.children.append(there[words])
            node = there[words]
        node.ends.append(name)

    add(tree.path, PATH, "yours" if tree.n_forced else "greedy")
    if tree.n_forced:
        for n in range(1, tree.n_forced + 1):
            there[tree.path.words[:n]].is_forced = True
    for number, text in enumerate(tree.beam, 1):
        add(text, BEST if number == 1 else OTHER, f"beam {number}")
    if tree.n_forced:
        add(tree.greedy, GREEDY, "greedy")
    _place(root, 0, 0)
    branches = [node for node in there.values() if node is not root]
    return [*branches, *_list_others(tree, there)]


def _place(start: Node, row: int, free: int) -> int:
    """Put a branch into a row, and what leaves it into rows above; return the next free one."""
    branch = [start]
    while branch[-1].children:
        branch.append(branch[-1].children[0])
    for node in branch:
        node.row = row
    free = min(free, row - 1)
    for node in reversed(branch):
        for child in node.children[1:]:
            free = _place(child, free, free)
    return free


def _list_others(tree: WritingTree, there: dict[Words, Node]) -> Iterable[Node]:
    """List the choices along the path that are on no branch, from row 1 downwards."""
    for step, choices in enumerate(tree.choices):
        parent = there[tree.path.words[:step]]
        others = [one for one in choices if (*parent.words, one.word) not in there]
        for row, one in enumerate(others, 1):
            words = (*parent.words, one.word)
            yield Node(words, one.probability, CHOICE, row=row, parent=parent)
