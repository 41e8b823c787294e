"""The profiles say what the documents say (domain facts), and mark what they do not say."""

from datetime import date
from decimal import Decimal

import pytest

from catalogs.models import sourced_blocks
from tests.catalogs.files import catalogs_with

CATALOGS = catalogs_with()


def test_jiangmen_2021() -> None:
    policy = CATALOGS.policy("jiangmen-2021")
    assert policy.document.number == "江政数〔2021〕59号"
    assert policy.document.issued_on == date(2021, 5, 24)
    assert policy.document.status == "final"
    assert [clause.id for clause in policy.clauses] == [f"JM-{number}" for number in range(1, 10)]
    assert policy.clause("JM-1").place == "（三十一）"
    assert policy.usage.target_ratio == Decimal("0.60")
    assert policy.usage.target_reading == "both"  # the text does not define it
    assert policy.usage.source_of("target_ratio") == "JM-2"
    assert policy.sources[policy.usage.source_of("weights")].confidence == "U"
    (target,) = policy.migration.targets
    assert (target.by_on, target.share_ratio, target.clause) == (date(2021, 12, 31), Decimal("0.60"), "JM-1")
    assert policy.migration.progress == "none"
    assert policy.zombies.clean_up_by_on is None  # it asks for none


def test_tieling_2022_is_a_draft() -> None:
    policy = CATALOGS.policy("tieling-2022")
    assert policy.document.status == "draft"
    assert policy.document.number is None
    assert policy.document.issued_on == date(2022, 5, 11)
    assert [clause.id for clause in policy.clauses] == [f"TL-{number}" for number in range(1, 9)]
    assert policy.zombies.clean_up_by_on == date(2022, 6, 30)
    assert {use.rule for use in policy.zombies.rules if use.source == "TL-3"} == {"z1-detached", "z5b-rarely-used"}
    (target,) = policy.migration.targets
    assert target.by_on == date(2022, 12, 31)
    assert policy.migration.progress == "linear"
    assert policy.usage.target_ratio is None  # no figure in the draft


@pytest.mark.parametrize("kind", ["services", "policies", "planning", "calendars", "departments", "zombies"])
def test_every_block_has_a_source_with_a_confidence(kind: str) -> None:
    for file in CATALOGS.by_kind[kind].values():
        clauses = {clause.id: clause for clause in getattr(file, "clauses", ())}
        for path, block in sourced_blocks(file):
            for source in (block.source, *block.field_sources.values()):
                found = clauses.get(source) or file.sources[source]
                assert found.confidence in {"V", "P", "U"}, path


def test_made_up_figures_are_never_called_checked() -> None:
    """Planning figures and the fictional city have no source of confidence V that is not a national document."""
    for file in CATALOGS.by_kind["planning"].values():
        assert {source.confidence for source in file.sources.values()} == {"U"}
    sample = CATALOGS.policy("sample-city")
    assert sample.document.fictional
    assert {clause.confidence for clause in sample.clauses} == {"U"}


def test_departments_carry_the_tags_that_calendars_use() -> None:
    tags = {tag for file in CATALOGS.departments for department in file.departments for tag in department.tags}
    wanted = {tag for calendar in CATALOGS.calendars for window in calendar.windows for tag in window.scope.tags}
    assert wanted <= tags


def test_the_sample_city_knows_all_its_departments() -> None:
    from tests.city.make import read_departments

    known = {name for file in CATALOGS.departments for d in file.departments for name in (d.name, *d.aliases)}
    former = {name for file in CATALOGS.departments for change in file.changes for name in change.from_names}
    for department in read_departments():
        assert department.name in known
        assert set(department.former) <= former


@pytest.mark.parametrize(
    ("profile", "prefix", "clauses", "status"),
    [
        ("xinyu-2023", "XY", 12, "final"),
        ("qinhuangdao-2023", "QHD", 10, "final"),
        ("tieling-2022", "TL", 8, "draft"),
        ("jiangmen-2021", "JM", 9, "final"),
        ("wuhu-2023", "WH", 5, "draft"),
    ],
)
def test_every_clause_of_the_five_cities_is_there(profile: str, prefix: str, clauses: int, status: str) -> None:
    policy = CATALOGS.policy(profile)
    assert [clause.id for clause in policy.clauses] == [f"{prefix}-{number}" for number in range(1, clauses + 1)]
    assert {clause.confidence for clause in policy.clauses} == {"V"}
    assert policy.document.status == status
    assert not policy.document.fictional


def test_a_city_without_a_figure_has_no_target() -> None:
    """新余 and 芜湖 name none; the profiles do not invent one."""
    assert CATALOGS.policy("xinyu-2023").migration.targets == ()
    assert CATALOGS.policy("wuhu-2023").migration.targets == ()
    (everything,) = CATALOGS.policy("qinhuangdao-2023").migration.targets
    assert (everything.share_ratio, everything.by_on) == (Decimal(1), date(2025, 12, 31))
