"""Cores, memory and disks of machines in one cell: `4C8G*2台；16C32G`, `8核/32G/500G`, `CPU：16核 内存：64G 硬盘：2T`.

The cell is taken apart into known words from its first character to its last. Where a piece is left over that changes
the sum, or may change it, nothing is taken: half a sum would be wrong.
"""

from __future__ import annotations

import re
from functools import lru_cache

from inventory.collectors.cells.capacity_machines import Capacity, Machine, Unclear, added, amount_of
from inventory.collectors.cells.capacity_words import DOUBTFUL_WORDS, TOKEN, kind_of, label_of
from inventory.collectors.cells.quantities import SIZES, western_numerals
from inventory.collectors.cells.text_forms import widths

__all__ = ["Capacity", "Unclear", "read_capacity"]

_TWO_NUMBERS = re.compile(r"\d+(?:\.\d+)?(?:[/*+x×-]\d+(?:\.\d+)?)+")
_NO_OTHERS = re.compile(r"其他[^:,;]{0,8}[:]\s*(?:无|/|_+)?\s*$")  # the last line of the survey's form, left open
_SHARED = re.compile(r"共用|共享(?!带宽|ip)|合用|复用|^[与同].{2,}(系统|平台)")  # 与门户共用: what it has is not known
_MOST_TIMES = 64  # modules, disks or machines that one number before an amount may mean
_PLAIN_MEMORY = (2, 256)  # GB where no unit is written; see bare_numbers in catalogs/columns


class _Fault(Exception):  # noqa: N818 - private, carries the piece that was not understood
    pass


@lru_cache(maxsize=50_000)
def read_capacity(text: str) -> Capacity | Unclear | None:
    """Read the capacity that a text states; `None` where it speaks of none (a make and model, a flavour's name)."""
    plain = _NO_OTHERS.sub("", western_numerals(widths(text).strip().lower()))
    if _SHARED.search(plain):
        return Unclear(plain)
    return _read(plain) if any(letter.isdigit() for letter in plain) else None


def _read(plain: str) -> Capacity | Unclear | None:
    tokens = list(TOKEN.finditer(plain))
    kinds = [kind_of(token) for token in tokens]
    amounts = {"sockets", "cores", "size"} & set(kinds)
    labelled = "label" in kinds and "bare" in kinds
    if not amounts and not labelled:
        if _TWO_NUMBERS.fullmatch(plain) or plain.isdecimal():
            return Unclear(plain)
        counts = [token for token, kind in zip(tokens, kinds, strict=True) if kind == "count"]
        if len(counts) == 1 and set(kinds) <= {"count", "sep", "total"}:
            return Capacity(machines=int(counts[0]["count"]), counted=True)
        return None
    try:
        return _Reader(tokens, kinds, plain).read()
    except _Fault as fault:
        return Unclear(str(fault) or plain)


# Read and deliberately left aside: signs between amounts, an architecture, a model, «each» (amounts are of each anyway).
_SAYS_NO_AMOUNT = frozenset({"sep", "colon", "by", "arch", "model", "each"})


class _Reader:
    """Reads the words of one cell from left to right."""

    def __init__(self, tokens: list[re.Match[str]], kinds: list[str], plain: str) -> None:
        self.tokens, self.kinds, self.plain = tokens, kinds, plain
        self.machines: list[Machine] = [Machine()]
        self.label: str | None = None
        self.waiting: tuple[float, int] | None = None  # a size without a label, and the place of its token
        self.last = ""  # what the last amount was
        self.words: list[str] = []
        self.leading_count: int | None = None
        self.total = False
        self.factor = 1  # of the next amount: 2*32G
        self.multiplied = False
        amounts = [at for at, kind in enumerate(kinds) if kind in {"sockets", "cores"}]
        counts = [at for at, kind in enumerate(kinds) if kind == "count"]
        self.counts_lead = bool(counts and amounts and counts[0] < amounts[0])
        sizes = [at for at, kind in enumerate(kinds) if kind in {"size", "bare"}]
        labels = [at for at, kind in enumerate(kinds) if kind == "label"]
        self.labels_follow = bool(labels and sizes and labels[-1] > sizes[-1])

    @property
    def now(self) -> Machine:
        return self.machines[-1]

    def read(self) -> Capacity:
        """The sum of all machines.

        Raises:
            _Fault: a piece that was not understood.
        """
        for at, (token, kind) in enumerate(zip(self.tokens, self.kinds, strict=True)):
            if kind not in _SAYS_NO_AMOUNT:
                getattr(self, f"_{kind}")(at, token)
        rest = "".join(self.words).strip()
        if rest and DOUBTFUL_WORDS.search(rest):
            raise _Fault(rest)
        if self.total:  # 16核64G 4台共
            raise _Fault(self.plain)
        return self._sum()

    def _word(self, _at: int, token: re.Match[str]) -> None:
        self.words.append(token[0])

    def _total(self, _at: int, _token: re.Match[str]) -> None:
        self.total = True

    def _multiplies(self, at: int, number: float) -> bool:
        """Whether a bare number multiplies the amount behind it: 2*32G; before cores only where these are all that is told."""
        following = self.kinds[at + 1 : at + 3]
        if following[:1] != ["by"] or not number.is_integer() or not 1 <= number <= _MOST_TIMES:
            return False
        if following == ["by", "cores"]:
            return not {"size", "sockets"} & set(self.kinds) and self.kinds.count("cores") == 1
        behind = self.kinds[at + 3 : at + 4]
        return following == ["by", "size"] and behind in ([], ["sep"], ["label"])

    def _sockets(self, at: int, token: re.Match[str]) -> None:
        self._take_cores(at, int(token["s1"]) * int(token["s2"]))

    def _cores(self, at: int, token: re.Match[str]) -> None:
        self._take_cores(at, int(token["cores"]) * self._taken_factor())

    def _take_cores(self, at: int, number: int) -> None:
        if self.label not in {None, "cores"}:
            raise _Fault(self.tokens[at][0])
        self.label = None
        if self.now.cores is not None or self.now.memory is not None or self.now.disks:
            if self.now.cores is None:  # memory or disks before the cores: one machine, the other way round
                self.now.cores = number
                self.last = "cores"
                return
            if self.total:  # 每台16核，共48核: the whole is said once more, no further machine
                raise _Fault(self.tokens[at][0])
            self.machines.append(Machine())
        self.now.cores = number
        self._begin()
        self.last = "cores"

    def _begin(self) -> None:
        if self.leading_count is not None:
            self.now.count, self.leading_count = self.leading_count, None
        self.now.total = self.now.total or self.total
        self.total = False

    def _size(self, at: int, token: re.Match[str]) -> None:
        self._take_size(at, float(token["size"].replace(",", "")) * SIZES[token["unit"]] * self._taken_factor())

    def _take_size(self, at: int, gib: float) -> None:
        label = self.label or self._following_label(at)
        self.label = None
        if label is None:
            label = "mem" if self.now.cores is not None and self.now.memory is None and not self.now.disks else "disk"
            if self.now.cores is None and self.now.memory is None and not self.now.disks:
                raise _Fault(self.tokens[at][0])
        if label == "net":  # of the line, not of the machine; it stays in the text of the specification
            return
        if label in {"cores", "other"} or (self.total and self.now.disks):
            raise _Fault(self.tokens[at][0])
        self._begin()
        if label == "mem":
            if self.now.memory is not None or self.now.cores_times:
                raise _Fault(self.tokens[at][0])
            self.now.memory = gib
        else:
            if label in self.now.disks and label != "disk":
                raise _Fault(self.tokens[at][0])
            self.now.disks[label] = self.now.disks.get(label, 0) + gib
        self.last = label if label == "mem" or self._has_label(at) else "disk?"
        self.amount = gib

    def _following_label(self, at: int) -> str | None:
        """The label that stands after an amount, where it belongs to it and not to the next amount."""
        place = at + 2 if at + 2 < len(self.kinds) and self.tokens[at + 1][0] == " " else at + 1
        if place >= len(self.kinds) or self.kinds[place] != "label":
            return None
        next_is_amount = place + 1 < len(self.kinds) and self.kinds[place + 1] in {"size", "bare", "colon"}
        if next_is_amount and not self.labels_follow:
            return None
        self.kinds[place] = "sep"
        return label_of(self.tokens[place])

    def _has_label(self, at: int) -> bool:
        before = [kind for kind in self.kinds[:at] if kind not in {"colon", "sep"}][-1:]
        return before == ["label"]

    def _label(self, _at: int, token: re.Match[str]) -> None:
        if token["l_cores"] and "总" in token[0]:
            self.total = True
        self.label = label_of(token)

    def _taken_factor(self) -> int:
        factor, self.factor = self.factor, 1
        return factor

    def _bare(self, at: int, token: re.Match[str]) -> None:
        number = float(token["bare"])
        if self._multiplies(at, number):
            self.factor, self.multiplied = int(number), True
            return
        if self.kinds[at + 1 : at + 2] == ["by"]:
            raise _Fault(token[0])
        label, self.label = self.label, None
        if label == "cores" and number.is_integer():
            self.label = "cores"
            self._take_cores(at, int(number))
        elif label == "mem" and _PLAIN_MEMORY[0] <= number <= _PLAIN_MEMORY[1]:
            self.label = "mem"
            self._take_size(at, number)
        else:
            raise _Fault(token[0])

    def _times(self, _at: int, token: re.Match[str]) -> None:
        number, of = int(token["times"]), token["of"]
        machine = self.now
        only_disks = (
            of is None
            and self.last == "disk?"
            and not {"cores", "sockets"} & set(self.kinds)
            and machine.memory is None
        )
        if of in {"块", "盘"} or only_disks or (of is None and self.last in {"disk", "sys", "data"}):
            if self.last not in {"disk", "disk?", "sys", "data"}:
                raise _Fault(token[0])
            label = self.last.rstrip("?")
            machine.disks[label] += self.amount * (number - 1)
        elif of in {"根", "条"} and self.last == "mem" and machine.memory is not None:
            machine.memory *= number
        elif (of in {"颗", "路"} or of is None) and self.last == "cores" and machine.cores is not None:
            machine.cores *= number
            machine.cores_times = of is None
        elif (of is None and self.last == "mem") or of in {"台", "个节点", "节点", "套", "个", "vm"}:
            self._count_machines(number, token[0])
        else:
            raise _Fault(token[0])

    def _count(self, _at: int, token: re.Match[str]) -> None:
        number = int(token["count"])
        if self.counts_lead or self.now.is_empty():
            if self.leading_count is not None:
                raise _Fault(token[0])
            self.leading_count = number
        else:
            self.total = False
            self._count_machines(number, token[0])

    def _count_machines(self, number: int, shown: str) -> None:
        if self.now.count is not None or self.now.is_empty():
            raise _Fault(shown)
        self.now.count = number

    def _sum(self) -> Capacity:
        first = self.machines[0]
        if (
            self.counts_lead
            and first.count == len(self.machines) > 1
            and all(m.count is None for m in self.machines[1:])
        ):
            first.count = None  # 2台：①…②…: how many follow
        counted = [machine.count for machine in self.machines if machine.count is not None]
        if self.leading_count is not None or (counted and 0 < len(counted) < len(self.machines) and self.counts_lead):
            raise _Fault(self.plain)
        vcpu = added([amount_of(machine, machine.cores) for machine in self.machines])
        memory = added([amount_of(machine, machine.memory) for machine in self.machines])
        if len(self.machines) > 1 and len({machine.memory is None for machine in self.machines}) > 1:
            raise _Fault(self.plain)
        disks: dict[str, float | None] = {
            kind: added([amount_of(machine, machine.disks.get(kind)) for machine in self.machines])
            for kind in ("disk", "sys", "data")
        }
        if disks["disk"] is not None and (disks["sys"] is not None or disks["data"] is not None):
            raise _Fault(self.plain)
        return Capacity(
            vcpu=None if vcpu is None else int(vcpu), memory_gib=memory, disk_gib=disks["disk"], sys_disk_gib=disks["sys"],
            data_disk_gib=disks["data"], machines=sum(machine.count or 1 for machine in self.machines),
            multiplied=self.multiplied, counted=len(self.machines) > 1 or bool(counted) or any(machine.total or machine.cores_times for machine in self.machines),
        )  # fmt: skip
