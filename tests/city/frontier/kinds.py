"""The kinds of systems of the ninth city: which are dead, which of those pretend, and which nobody can tell from the evidence."""

from __future__ import annotations

from typing import Literal

FrontierKind = Literal[
    # in use, though hardly anything shows it
    "openwater", "icefair", "portduty", "fieldsync", "logkeeper", "nameserver", "quarterly", "rescue", "clearing", "freshstart",
    "greenside", "biennial", "cabin", "broadcast", "snowday", "thin",
    # in use, and alike to what is made up
    "robotwork", "bigheap", "docking",
    # dead, though something moves
    "objectgone", "deadpoll", "clientghost", "crashloop", "rebuilt", "saas", "robotexport", "dialtest", "spammail", "emptychain",
    "vaincube", "idlemodel", "roomdark", "quarantined", "expiredkey", "zeroreport", "games", "privatised",
    # dead, and made to look alive
    "ballast", "clickfarm", "replayed", "diskfill",
    # the evidence does not decide
    "sealed", "acceptance", "strangeflow", "loneviewer", "latemonitor",
]  # fmt: skip
GAMING = frozenset({"ballast", "clickfarm", "replayed", "diskfill"})
DEAD = GAMING | {
    "objectgone", "deadpoll", "clientghost", "crashloop", "rebuilt", "saas", "robotexport", "dialtest", "spammail", "emptychain",
    "vaincube", "idlemodel", "roomdark", "quarantined", "expiredkey", "zeroreport", "games", "privatised",
}  # fmt: skip
UNDECIDED = frozenset({"sealed", "acceptance", "strangeflow", "loneviewer", "latemonitor"})
EVERYDAY = frozenset({"office", "public", "steady", "light", "batch"})
