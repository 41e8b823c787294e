"""What a department is called for short, and which departments a name may mean: suggested, never applied by itself.

`资规局` abbreviates 市自然资源和规划局: its characters stand there in the same order and both end alike. Whose a name is that
no catalogue lists is an answer, kept under `department-name:<name>`, and holds like an alias from then on.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from inventory.names import Lineage, normalised

SCORE = 70  # of 100, rapidfuzz ratio of normalised names; below it two names do not resemble each other
SUGGESTED = 4
_KEY = "department-name:"
NONE_OF_THEM = "different"
_LEVEL = re.compile(r"^[省市县縣区區镇鎮乡鄉]")
_SHORT_ENDS: Mapping[str, str] = {"委": "委员会", "办": "办公室"}
_FEWEST = 3  # characters of an abbreviation, its last one included
_CORE_END = re.compile(r"(局|委|办|委员会|办公室|中心|人民政府|管委会)$")


def department_name_key(name: str) -> str:
    """The key under which it is answered whose a name is that no catalogue lists."""
    return f"{_KEY}{normalised(name)}"


def is_of_name(key: str | None) -> bool:
    """Whether an answer key is of such a question."""
    return key is not None and key.startswith(_KEY)


def with_names_answered(lineage: Lineage, answers: Mapping[str, str]) -> Lineage:
    """The lineage with the names that people said mean one of its departments; a name that a catalogue lists stays as it is."""
    return lineage.called({key.removeprefix(_KEY): meant for key, meant in answers.items() if key.startswith(_KEY)})


def abbreviates(short: str, full: str) -> bool:
    """Whether a normalised name may be short for another: the same characters in order, the same end, no other level."""
    whole = _LEVEL.sub("", full)
    return not _other_level(short, full) and any(_is_within(bare, whole) for bare in {short, _LEVEL.sub("", short)})


def _is_within(bare: str, whole: str) -> bool:
    if not _FEWEST <= len(bare) < len(whole) or not whole.endswith((bare[-1], _SHORT_ENDS.get(bare[-1], bare[-1]))):
        return False
    rest = iter(whole)
    return all(letter in rest for letter in bare)


def _other_level(one: str, other: str) -> bool:
    """县住建局 is not 市住建局: each says its level, and they differ. 市监局 says none; it is asked about all the same."""
    own, theirs = _LEVEL.match(one), _LEVEL.match(other)
    return own is not None and theirs is not None and own[0] != theirs[0]


def resembling(name: str, lineage: Lineage) -> list[tuple[str, int]]:
    """The ids of the departments that a name may be short for, else of those that it resembles, best first, with a score of 100."""
    from rapidfuzz import fuzz, process

    plain = normalised(name)
    known = lineage.spellings.items()
    short = [one for one, spellings in known if any(abbreviates(plain, full) for full in spellings)]
    if short:
        return [(one, 100) for one in sorted(short)[:SUGGESTED]]
    owners = {spelling: one for one, spellings in known for spelling in spellings}
    hits = process.extract(plain, owners.keys(), scorer=fuzz.ratio, score_cutoff=SCORE, limit=SUGGESTED)
    best: dict[str, int] = {}
    for spelling, score, _ in hits:
        best.setdefault(owners[spelling], int(score))
    return list(best.items())


def departments_meant(parts: Iterable[str], lineage: Lineage) -> tuple[str, ...]:
    """What those are called today that the parts of a file's name may mean, the longest likeness first."""
    found: dict[str, int] = {}
    for part in map(normalised, parts):
        for one, spellings in lineage.spellings.items():
            likeness = max(_likeness(part, spelling) for spelling in spellings)
            if likeness:
                found[one] = max(found.get(one, 0), likeness)
    best = sorted(found, key=lambda one: (-found[one], one))
    return tuple(dict.fromkeys(lineage.names[one] for one in best))[:SUGGESTED]


def _likeness(part: str, spelling: str) -> int:
    """How many characters of a part speak of a department: its name, that without its kind (教育), or its place (云麓区)."""
    bare = _LEVEL.sub("", spelling)
    at = part.find(bare) if len(bare) >= _FEWEST else -1
    if at == 0 or (at > 0 and part[at - 1] not in "省县区镇乡"):
        return 10 * len(bare)
    core = _CORE_END.sub("", bare)
    if len(core) >= 2 and _LEVEL.sub("", part).startswith(core):
        return 5 * len(core)
    tokens = re.findall(r"^[\u4e00-\u9fff]{2,5}?(?:局|委|办|中心|院|馆)", part)
    return 4 * len(tokens[0]) if tokens and abbreviates(tokens[0], spelling) else 0
