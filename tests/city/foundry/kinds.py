"""The kinds of systems of the tenth city: which are dead, which of those pretend, and which nobody can tell from the evidence."""

from __future__ import annotations

from typing import Literal

FoundryKind = Literal[
    # in use, though hardly anything shows it, or though the row sounds like an end
    "lifecheck", "filelookup", "soleclerk", "liftalarm", "onegate", "vault", "bastion", "patchdepot", "enrolweek", "staledrow",
    "fridayfile", "pilotstreet", "renovation", "stillold", "termtime", "spillplan",
    # in use, and alike to what is made up
    "transcode", "mirrorpair", "nightcount", "quarterend",
    # dead, though something moves
    "pandemic", "hotlinegone", "redrawn", "provincepull", "neverlive", "oldapp", "vendoronly", "testleft", "dataonly", "duplicate",
    "taskforce", "drive", "hallscreen", "waystation", "certlapsed", "shutfornow", "dbdown", "handedover", "ssotouch", "unplugged",
    "paperclosed",
    # dead, and made to look alive
    "flashmob", "shadowed", "pairtraffic", "nightcases",
    # the evidence does not decide
    "betweenunits", "nighttraffic", "patchedlull", "claimed", "partview", "objection",
]  # fmt: skip
GAMING = frozenset({"flashmob", "shadowed", "pairtraffic", "nightcases"})
DEAD = GAMING | {
    "pandemic", "hotlinegone", "redrawn", "provincepull", "neverlive", "oldapp", "vendoronly", "testleft", "dataonly", "duplicate",
    "taskforce", "drive", "hallscreen", "waystation", "certlapsed", "shutfornow", "dbdown", "handedover", "ssotouch", "unplugged",
    "paperclosed",
}  # fmt: skip
UNDECIDED = frozenset({"betweenunits", "nighttraffic", "patchedlull", "claimed", "partview", "objection"})
EVERYDAY = frozenset({"office", "public", "steady", "light", "batch"})
