"""A system keeps its id when its department is renamed, split or merged, and never gets that of another one."""

from __future__ import annotations

from datetime import date

from catalogs.models_calendar import Departments
from inventory.ledger.identity import Identified, same_system_key, with_stable_ids
from inventory.model import Collected, Gap, Origin, Record, Value
from inventory.names import Lineage, normalised
from tests.inventory.builders import a_decision, a_lineage, a_row, merged


class Registry:
    """What the store keeps between collections."""

    def __init__(self, lineage: Lineage | None = None) -> None:
        self.known: dict[str, str] = {}
        self.lineage = lineage or Lineage()

    def collect(self, *rows: tuple[str, str | None], **fields: Value) -> list[str]:
        return [record.id for record in self.identified(*rows, **fields).collected.records]

    def identified(self, *rows: tuple[str, str | None], **fields: Value) -> Identified:
        records = tuple(
            Record(
                kind="system", id=f"ledger:{dept}/{name}", fields={"sys_name": name, "dept": dept, **fields},
                origin=Origin(source=f"ledger:{dept}", file="台账.xlsx", sheet="系统", row=5 + place),
            )
            for place, (name, dept) in enumerate(rows)
        )  # fmt: skip
        found = with_stable_ids(
            Collected(source="ledger:x", collector="ledger", records=records), self.known, self.lineage
        )
        for key, (system_id, _) in found.identities.items():
            assert key not in self.known
            self.known[key] = system_id
        return found


def test_the_same_name_of_the_same_department_is_the_same_system() -> None:
    registry = Registry()
    first = registry.collect(("排课系统", "市教育局"), ("选课系统", "市教育局"))
    assert registry.collect(("选课系统", "市教育局"), ("排课 系统", " 市教育局")) == first[::-1]
    assert len(set(first)) == 2
    assert all(system_id.startswith("sys-") for system_id in first)


def test_ids_depend_on_nothing_but_department_and_name() -> None:
    assert (
        Registry().collect(("甲", "市教育局"), ("乙", "市教育局"))
        == Registry().collect(("乙", "市教育局"), ("甲", "市教育局"))[::-1]
    )


def test_a_renamed_department_keeps_its_systems() -> None:
    registry = Registry(a_lineage())
    before = registry.collect(("全民健康平台", "市卫计委"))
    assert registry.collect(("全民健康平台", "市卫健委")) == before
    assert registry.collect(("全民健康平台", "市卫生健康委员会")) == before


def test_a_split_department_keeps_its_systems_whoever_takes_them() -> None:
    registry = Registry(a_lineage())
    before = registry.collect(("农机系统", "市农林局"), ("林权系统", "市农林局"))
    assert registry.collect(("农机系统", "市农业局")) == before[:1]
    assert registry.collect(("林权系统", "市林业局")) == before[1:]


def test_merged_departments_keep_their_systems() -> None:
    registry = Registry(a_lineage())
    before = registry.collect(("规划审批系统", "市规划局"), ("土地交易系统", "市国土局"))
    assert registry.collect(("规划审批系统", "市自然资源局"), ("土地交易系统", "市自然资源局")) == before


def test_a_lineage_that_is_declared_later_keeps_the_ids_given_before() -> None:
    registry = Registry()
    before = registry.collect(("全民健康平台", "市卫计委"))
    registry.lineage = a_lineage()
    assert registry.collect(("全民健康平台", "市卫健委")) == before


def test_namesakes_of_different_departments_are_different_systems() -> None:
    registry = Registry(a_lineage())
    assert len(set(registry.collect(("门户网站", "市教育局"), ("门户网站", "市卫健委"), ("门户网站", None)))) == 3


def test_name_and_code_or_name_and_address_tell_that_two_departments_list_one_system() -> None:
    for fields in ({"sys_code": "SL-001"}, {"ip": ("10.1.0.5",)}):
        registry = Registry(a_lineage())
        first = registry.collect(("排课系统", "市教育局"), **fields)
        assert registry.collect(("排课系统", "市大数据中心"), **fields) == first


def test_a_changed_name_with_the_same_code_is_asked_about_and_decided() -> None:
    registry = Registry()
    (old,) = registry.collect(("排课系统", "市教育局"), sys_code="SL-001")
    found = registry.identified(("智慧排课平台", "市教育局"), sys_code="SL-001")
    (new,) = (record.id for record in found.collected.records)
    assert new != old
    (gap,) = found.collected.gaps
    assert (gap.kind, gap.subject, gap.answer_key) == ("ambiguous", new, same_system_key(new, old))
    row = a_row("智慧排课平台", id_=new)
    for decision in (
        a_decision("identity", new, {"same_as": old}),
        a_decision("answer", same_system_key(new, old), "same"),
    ):
        (system,) = merged(row, decisions=(decision,)).systems
        assert (system.id, system.name) == (old, "智慧排课平台")
    assert merged(row, decisions=(a_decision("answer", same_system_key(new, old), "different"),)).systems[0].id == new


def test_gaps_and_dependencies_follow_the_final_ids() -> None:
    origin = Origin(source="ledger:x", file="台账.xlsx")
    system = Record(kind="system", id="provisional", fields={"sys_name": "排课系统", "dept": "市教育局"}, origin=origin)
    link = Record(kind="dependency", id="link", fields={"consumer": "provisional", "provider": "外部"}, origin=origin)
    from catalogs.words import Text

    gap = Gap(kind="missing", origin=origin, message=Text("缺", "missing"), subject="provisional")
    found = with_stable_ids(
        Collected(source="ledger:x", collector="ledger", records=(system, link), gaps=(gap,)), {}, Lineage()
    )
    final = found.collected.records[0].id
    assert (found.collected.records[1].fields["consumer"], found.collected.gaps[0].subject) == (final, final)


def test_names_are_compared_without_spelling_differences() -> None:
    assert normalised("ＯＡ系統（新）") == normalised("oa系统(新)")


def test_lineage_relates_names_of_all_times() -> None:
    lineage = a_lineage()
    assert lineage.department_id("市卫计委") == "health"
    assert lineage.department_id("市农林局") is None
    assert lineage.related("市农林局", "市林业局")
    assert lineage.related("市规划局", "市自然资源局")
    assert not lineage.related("市农业局", "市林业局")
    assert not lineage.related("市教育局", None)
    assert lineage.name_today("市卫计委") == "市卫健委"
    assert lineage.name_today("某某办") == "某某办"


def _dated() -> list[Departments]:
    return [
        Departments.model_validate(
            {
                "id": "city", "name": "市", "sources": {"reform": {"document": "机构改革", "confidence": "U"}},
                "departments": [
                    {"id": "data", "name": "市数据局"}, {"id": "city", "name": "市城管执法局"}, {"id": "new", "name": "市城市管理局", "since_on": "2025-01-01"},
                ],
                "changes": [
                    {"on": "2024-03-20", "kind": "rename", "from_names": ["市大数据管理局"], "to": ["data"], "source": "reform"},
                    {"on": "2019-01-15", "kind": "rename", "from_names": ["市城市管理局"], "to": ["city"], "source": "reform"},
                ],
            }
        )
    ]  # fmt: skip


def test_a_renaming_holds_from_its_day_on() -> None:
    before, after = Lineage.of(_dated(), date(2024, 3, 19)), Lineage.of(_dated(), date(2024, 3, 20))
    assert before.department_id("市大数据管理局") is None
    assert before.name_today("市大数据管理局") == "市大数据管理局"
    assert after.department_id("市大数据管理局") == "data"
    assert after.name_today("市大数据管理局") == "市数据局"


def test_a_name_borne_today_is_its_own_whoever_bore_it_before() -> None:
    assert Lineage.of(_dated(), date(2026, 1, 1)).department_id("市城市管理局") == "new"
    assert Lineage.of(_dated(), date(2020, 1, 1)).department_id("市城市管理局") == "city"


def test_a_system_registered_before_the_renaming_is_found_after_it() -> None:
    registry = Registry(Lineage.of(_dated(), date(2024, 3, 19)))
    old = registry.collect(("门户", "市大数据管理局"))
    registry.lineage = Lineage.of(_dated(), date(2024, 4, 30))
    assert registry.collect(("门户", "市数据局")) == old


def test_a_system_keeps_its_id_when_somebody_says_whose_it_is() -> None:
    known: dict[str, str] = {}

    def ids(*rows: tuple[str, str | None]) -> list[str]:
        records = tuple(
            Record(
                kind="system",
                id=f"ledger:{dept}/{name}/{place}",
                fields={"sys_name": name} if dept is None else {"sys_name": name, "dept": dept},
                origin=Origin(source="ledger:台账1", file="台账1.csv", sheet="", row=2 + place),
            )
            for place, (name, dept) in enumerate(rows)
        )
        found = with_stable_ids(Collected(source="ledger:台账1", collector="ledger", records=records), known, Lineage())
        known.update({key: system_id for key, (system_id, _) in found.identities.items()})
        return [record.id for record in found.collected.records]

    before = ids(("排课系统", None), ("选课系统", None))
    assert ids(("排课系统", "市教育局"), ("选课系统", "市教育局")) == before
    assert ids(("选课系统", "市教育局"), ("排课系统", "市教育局")) == before[::-1]
    # One name with two departments is two systems: which of them it was nobody knows.
    two = ids(("排课系统", "市卫健委"), ("排课系统", "市民政局"))
    assert len({*two, *before}) == 4
