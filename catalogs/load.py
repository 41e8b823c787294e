"""Catalogue files → `Catalogs`. Every mistake in every file is reported at once, with file, line and column.

Built-in files lie in this package; a workspace's `catalogs/` folder adds its own, and a file of the same kind and id
replaces the built-in one. `read_catalogs` is pure, so that a report can be recomputed from the files in its evidence.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from catalogs.digest import sha256_of, sha256_of_bytes
from catalogs.errors import CatalogError
from catalogs.words import Text
from catalogs.yaml_tree import Place, Tree, read_tree

if TYPE_CHECKING:
    from catalogs.models import CatalogFile
    from catalogs.models_calendar import Calendar, Department, Departments
    from catalogs.models_columns import Columns
    from catalogs.models_planning import Planning
    from catalogs.models_policy import Policy
    from catalogs.models_remarks import Remarks
    from catalogs.models_rules import ZombieRule
    from catalogs.models_service import Service

# The folders of the catalogue and what each is called.
KINDS: Mapping[str, Text] = MappingProxyType(
    {
        "services": Text("目标云", "target clouds"),
        "policies": Text("政策文件", "city documents"),
        "planning": Text("排期参数", "planning figures"),
        "zombies": Text("僵尸规则", "zombie rules"),
        "calendars": Text("日历", "calendars"),
        "columns": Text("台账表头", "ledger headings"),
        "departments": Text("单位沿革", "departments"),
        "remarks": Text("备注用词", "words of remarks"),
    }
)


def model_of(kind: str) -> type[CatalogFile]:
    """The model of a kind of file; pydantic is imported only here."""
    from catalogs.models_calendar import Calendar, Departments
    from catalogs.models_columns import Columns
    from catalogs.models_planning import Planning
    from catalogs.models_policy import Policy
    from catalogs.models_remarks import Remarks
    from catalogs.models_rules import ZombieRule
    from catalogs.models_service import Service

    models: dict[str, type[CatalogFile]] = {
        "services": Service,
        "policies": Policy,
        "planning": Planning,
        "zombies": ZombieRule,
        "calendars": Calendar,
        "columns": Columns,
        "departments": Departments,
        "remarks": Remarks,
    }
    return models[kind]


@dataclass(frozen=True, slots=True, kw_only=True)
class RawFile:
    """One catalogue file as bytes. `label` is how a person calls it: `policies/sample-city.yaml`.

    `layer` is `built-in` or `workspace`.
    """

    kind: str
    label: str
    layer: str
    content: bytes

    @property
    def stem(self) -> str:
        """The file's name without its ending; it must be the id in the file."""
        return Path(self.label).stem


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalogs:
    """All catalogue files in force, by kind and id; `files` are their bytes, `digest` that of all together."""

    by_kind: Mapping[str, Mapping[str, CatalogFile]]
    files: tuple[RawFile, ...]
    digest: str

    def _get(self, kind: str, wanted: str) -> Any:
        found = self.by_kind[kind].get(wanted)
        if found is None:
            known = "、".join(sorted(self.by_kind[kind])) or "-"
            raise CatalogError(
                f"{KINDS[kind].zh}中没有“{wanted}”；已有：{known}",
                f"no {wanted!r} among {KINDS[kind].en}; known: {known}",
                hint=Text(f"在工作区 catalogs/{kind}/ 下新增 {wanted}.yaml，或改用已有的编号",
                          f"add {wanted}.yaml below catalogs/{kind}/ of the workspace, or use a known id"),
            )  # fmt: skip
        return found

    def service(self, service_id: str) -> Service:
        """A target cloud.

        Raises:
            CatalogError: there is none of that id.
        """
        return self._get("services", service_id)  # type: ignore[no-any-return]

    def policy(self, policy_id: str) -> Policy:
        """The profile of a city document.

        Raises:
            CatalogError: there is none of that id.
        """
        return self._get("policies", policy_id)  # type: ignore[no-any-return]

    def planning(self, planning_id: str) -> Planning:
        """The planning figures that a profile names.

        Raises:
            CatalogError: there are none of that id.
        """
        return self._get("planning", planning_id)  # type: ignore[no-any-return]

    def zombie_rule(self, rule_id: str) -> ZombieRule:
        """A zombie rule.

        Raises:
            CatalogError: there is none of that id.
        """
        return self._get("zombies", rule_id)  # type: ignore[no-any-return]

    def calendar(self, calendar_id: str) -> Calendar:
        """A calendar.

        Raises:
            CatalogError: there is none of that id.
        """
        return self._get("calendars", calendar_id)  # type: ignore[no-any-return]

    @property
    def zombie_rules(self) -> tuple[ZombieRule, ...]:
        """All zombie rules, by id."""
        return self._all("zombies")

    @property
    def calendars(self) -> tuple[Calendar, ...]:
        """All calendars, by id."""
        return self._all("calendars")

    @property
    def columns(self) -> tuple[Columns, ...]:
        """All files of ledger headings, by id."""
        return self._all("columns")

    @property
    def departments(self) -> tuple[Departments, ...]:
        """All files of departments, by id."""
        return self._all("departments")

    @property
    def remarks(self) -> tuple[Remarks, ...]:
        """All files of the words of remarks, by id."""
        return self._all("remarks")

    def department(self, department_id: str) -> Department | None:
        """A department by its id, from whichever file has it."""
        for file in self.departments:
            for department in file.departments:
                if department.id == department_id:
                    return department
        return None

    def _all(self, kind: str) -> tuple[Any, ...]:
        return tuple(item for _, item in sorted(self.by_kind[kind].items()))


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class CatalogMistake:
    """One mistake in one file, with its place."""

    label: str
    place: Place
    message: Text

    def as_json(self) -> dict[str, object]:
        """File, line, column and message in both languages."""
        return {
            "file": self.label,
            "line": self.place.line,
            "column": self.place.column,
            "message": self.message.as_json(),
        }

    def __str__(self) -> str:
        """`policies/x.yaml:12:5 …` in the current language."""
        return f"{self.label}:{self.place.line}:{self.place.column} {self.message}"


def load_catalogs(workspace: Path | None) -> Catalogs:
    """Built-in catalogues with those of a workspace laid over them.

    Raises:
        CatalogError: any mistake in any file; the message lists all of them.
    """
    catalogs, mistakes = read_catalogs(raw_files(workspace))
    if mistakes or catalogs is None:
        raise mistakes_error(mistakes)
    return catalogs


def raw_files(workspace: Path | None) -> tuple[RawFile, ...]:
    """The catalogue files of this package and of a workspace, unread; unknown folders are left to `stray_files`."""
    found = list(_folder(files("catalogs"), "built-in"))
    own = own_folder(workspace)
    return tuple(found) if own is None else (*found, *_folder(own, "workspace"))


def own_folder(workspace: Path | None) -> Path | None:
    """A workspace's `catalogs/` folder; `None` where there is none, or where it is this package itself."""
    folder = None if workspace is None else workspace / "catalogs"
    if folder is None or not folder.is_dir() or (folder / "__init__.py").exists():
        return None
    return folder


def stray_files(workspace: Path) -> tuple[str, ...]:
    """Names below a workspace's `catalogs/` that nothing reads: wrong folders, wrong endings."""
    root = own_folder(workspace)
    if root is None:
        return ()
    return tuple(
        sorted(
            str(item.relative_to(root))
            for item in root.rglob("*")
            if item.is_file()
            and not (item.suffix == ".yaml" and item.parent.parent == root and item.parent.name in KINDS)
        )
    )


def _folder(root: Any, layer: str) -> Iterator[RawFile]:
    for kind in KINDS:
        folder = root / kind
        if not folder.is_dir():
            continue
        for item in sorted(folder.iterdir(), key=lambda entry: str(entry.name)):
            if item.name.endswith(".yaml"):
                yield RawFile(kind=kind, label=f"{kind}/{item.name}", layer=layer, content=item.read_bytes())


def read_catalogs(raw: Iterable[RawFile]) -> tuple[Catalogs | None, tuple[CatalogMistake, ...]]:
    """Read catalogue files, later layers over earlier ones; `None` where there is any mistake.

    The result is a function of the bytes alone and immutable: a process that asks again for the same bytes (a report of
    several months, a test run) gets what it got before.
    """
    return _read(tuple(raw))


@lru_cache(maxsize=4)
def _read(raw: tuple[RawFile, ...]) -> tuple[Catalogs | None, tuple[CatalogMistake, ...]]:
    chosen: dict[tuple[str, str], RawFile] = {}
    for file in raw:
        chosen[file.kind, file.stem] = file
    mistakes: list[CatalogMistake] = []
    by_kind: dict[str, dict[str, CatalogFile]] = {kind: {} for kind in KINDS}
    trees: dict[tuple[str, str], Tree] = {}
    for (kind, stem), file in sorted(chosen.items()):
        tree = trees[kind, stem] = read_tree(file.content)
        model, found = _read_one(file, tree)
        mistakes += found
        if model is not None:
            by_kind[kind][stem] = model
    if not mistakes:
        mistakes += _across(by_kind, trees)
    if mistakes:
        return None, tuple(sorted(mistakes))
    _give_rules_their_words(by_kind)
    used = tuple(file for _, file in sorted(chosen.items()))
    digest = sha256_of({file.label: sha256_of_bytes(file.content) for file in used})
    return Catalogs(by_kind=by_kind, files=used, digest=digest), ()


def _give_rules_their_words(by_kind: dict[str, dict[str, Any]]) -> None:
    """Rules that hold statements of ledgers against use read remarks by the words of all files."""
    from catalogs.models_remarks import RemarkFiles

    words = RemarkFiles(tuple(file for _, file in sorted(by_kind["remarks"].items())))
    by_kind["zombies"] = {name: rule.reading(words) for name, rule in by_kind["zombies"].items()}


def _read_one(file: RawFile, tree: Tree) -> tuple[CatalogFile | None, list[CatalogMistake]]:
    from pydantic import ValidationError

    from catalogs.load_words import said

    def mistake(place: Place, text: Text) -> CatalogMistake:
        label = file.label if file.layer == "built-in" else f"catalogs/{file.label}"
        return CatalogMistake(label=label, place=place, message=text)

    faults = [mistake(place, text) for place, text in tree.faults]
    if tree.value is None:
        return None, faults
    try:
        model = model_of(file.kind).model_validate(tree.value)
    except ValidationError as error:
        problems = said(error, model_of(file.kind))
        return None, faults + [mistake(tree.place(p.path, of_key=p.of_key), p.text) for p in problems]
    found = faults + [mistake(tree.place(own.path), own.message) for own in model.mistakes()]
    if model.id != file.stem:
        text = Text(
            f"编号“{model.id}”应与文件名“{file.stem}”相同",
            f"the id {model.id!r} must be the file's name, {file.stem!r}",
        )
        found.append(mistake(tree.place(("id",)), text))
    return (None if found else model), found


def _across(by_kind: Mapping[str, Mapping[str, Any]], trees: Mapping[tuple[str, str], Tree]) -> list[CatalogMistake]:
    """References from one file to another."""
    found: list[CatalogMistake] = []

    def check(kind: str, file_id: str, path: tuple[str | int, ...], wanted_kind: str, wanted: str) -> None:
        if wanted not in by_kind[wanted_kind]:
            known = "、".join(sorted(by_kind[wanted_kind])) or "-"
            text = Text(
                f"{KINDS[wanted_kind].zh}中没有“{wanted}”；已有：{known}",
                f"no {wanted!r} among {KINDS[wanted_kind].en}; known: {known}",
            )
            place = trees[kind, file_id].place(path)
            found.append(CatalogMistake(label=f"{kind}/{file_id}.yaml", place=place, message=text))

    for policy_id, policy in by_kind["policies"].items():
        check("policies", policy_id, ("planning",), "planning", policy.planning)
        for place, use in enumerate(policy.zombies.rules):
            check("policies", policy_id, ("zombies", "rules", place, "rule"), "zombies", use.rule)
    for planning_id, planning in by_kind["planning"].items():
        check("planning", planning_id, ("service",), "services", planning.service)
        found += _unknown_sites(planning_id, planning, by_kind["services"], trees)
        for place, calendar in enumerate(planning.calendars):
            check("planning", planning_id, ("calendars", place), "calendars", calendar)
    return found


def _unknown_sites(
    planning_id: str, planning: Any, services: Mapping[str, Any], trees: Mapping[tuple[str, str], Any]
) -> list[CatalogMistake]:
    """Sites in the rules of residency that the target cloud does not have."""
    service = services.get(planning.service)
    known = {site.id for site in service.sites} if service is not None else set()
    found = []
    for place, rule in enumerate(planning.residency):
        for index, site in enumerate(rule.sites):
            if service is not None and site not in known:
                listed = "、".join(sorted(known))
                text = Text(
                    f"目标云没有机房“{site}”；已有：{listed}", f"the target cloud has no site {site!r}; known: {listed}"
                )
                at = trees["planning", planning_id].place(("residency", place, "sites", index))
                found.append(CatalogMistake(label=f"planning/{planning_id}.yaml", place=at, message=text))
    return found


def mistakes_error(mistakes: tuple[CatalogMistake, ...]) -> CatalogError:
    """One error that lists every mistake."""
    zh = "\n".join(f"  {m.label}:{m.place.line}:{m.place.column} {m.message.zh}" for m in mistakes)
    en = "\n".join(f"  {m.label}:{m.place.line}:{m.place.column} {m.message.en}" for m in mistakes)
    return CatalogError(
        f"目录文件有 {len(mistakes)} 处错误：\n{zh}",
        f"{len(mistakes)} mistakes in the catalogues:\n{en}",
        hint=Text("改好后运行 govcloud catalogs check；字段说明见 docs/reference/catalogues.md",
                  "mend them and run govcloud catalogs check; fields: docs/reference/catalogues.md"),
    )  # fmt: skip
