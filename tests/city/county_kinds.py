"""The kinds of systems of the eighth city: which are dead, which of those pretend, and which nobody can tell from the evidence."""

from __future__ import annotations

from typing import Literal

CountyKind = Literal[
    # in use, though hardly anything shows it
    "flood", "yearly", "training", "election", "latecomer", "archived", "statute", "iotgw", "batchpay", "drnode", "preparing",
    "miniapi", "rollcall", "marketday", "shifts", "fair", "uplink", "overbuilt",
    # in use, and made to look busier than it is
    "padded",
    # dead, though something moves
    "handover", "provincial", "heartbeat", "frontgone", "staging", "campaign", "inspection", "pairsync", "startpage", "retired",
    "probe", "showroom", "absorbed", "poweredoff", "offclaimed", "maintenance", "reserved", "mined", "forgotten",
    # dead, and made to look alive
    "crowdlogin", "looped", "puller", "peaker", "dripfed",
    # the evidence does not decide
    "fileshare", "appclosed", "contested", "blankthin", "sporadic",
]  # fmt: skip
GAMING_DEAD = frozenset({"crowdlogin", "looped", "puller", "peaker", "dripfed"})
GAMING = GAMING_DEAD | {"padded"}  # whose figures are made; one of them is in use all the same
DEAD = GAMING_DEAD | {
    "handover", "provincial", "heartbeat", "frontgone", "staging", "campaign", "inspection", "pairsync", "startpage", "retired",
    "probe", "showroom", "absorbed", "poweredoff", "offclaimed", "maintenance", "reserved", "mined", "forgotten",
}  # fmt: skip
UNDECIDED = frozenset({"fileshare", "appclosed", "contested", "blankthin", "sporadic"})
EVERYDAY = frozenset({"office", "public", "steady", "light", "batch"})
