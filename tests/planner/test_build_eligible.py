"""Which pools a system may take: GPUs, where data have to stay; windows that are advice; copies without a place."""

from __future__ import annotations

from catalogs.load import read_catalogs
from tests.catalogs.files import built_in, catalogs_with, text_of
from tests.planner.small_city import a_server, a_system, build, codes, planning_with, reasons


def pools_of(**facts: object) -> set[str]:
    """The pools that a system of the extranet may take."""
    built = build([a_system("a", **facts)])
    return {option.pool for system in built.problem.systems for option in system.options}


def test_data_that_must_stay_at_a_site_take_only_its_pools() -> None:
    assert pools_of() == {"east-extranet-x86", "west-extranet-x86"}
    assert pools_of(fields={"data_residency": "数据不出城东"}) == {"east-extranet-x86"}
    assert pools_of(fields={"data_residency": "数据不出市"}) == {"east-extranet-x86", "west-extranet-x86"}
    assert pools_of(fields={"data_residency": "无要求"}) == {"east-extranet-x86", "west-extranet-x86"}


def test_a_copy_may_not_leave_the_site_either() -> None:
    free = build([a_system("a", dr="同城双活")])
    assert free.problem.systems[0].replica_options
    bound = build([a_system("a", dr="同城双活", fields={"data_residency": "仅限城东"})])
    assert not bound.problem.systems[0].replica_options
    assert "no-replica-pool" in codes(bound)
    data_only = build([a_system("a", dr="数据级", fields={"data_residency": "仅限城东"})])
    assert not data_only.problem.systems[0].replica_options


def test_an_answer_that_no_rule_covers_is_listed() -> None:
    built = build([a_system("a", fields={"data_residency": "待定"})])
    assert built.problem.systems
    assert "residency-unclear" in codes(built)


def test_gpus_need_a_pool_that_has_them() -> None:
    none = build([a_system("a", fields={"gpu": 2})])
    assert reasons(none) == {"a": "no-pool"}
    (left,) = none.left_out
    assert "GPU 2 卡" in left.detail.zh
    text = text_of("services/sample-cloud.yaml")
    west = text.index("- id: west-extranet-x86")
    text = text[:west] + text[west:].replace("gpu: 0", "gpu: 4", 1)
    built = build([a_system("a", fields={"gpu": 2})], catalogs=catalogs_with(services__sample_cloud=text))
    assert {option.pool for option in built.problem.systems[0].options} == {"west-extranet-x86"}
    assert "gpu" in codes(built)


def test_a_site_that_the_cloud_does_not_have_is_a_mistake_of_the_catalogue() -> None:
    text = text_of("planning/sample-city.yaml").replace("sites: [west]", "sites: [north]")
    _, mistakes = read_catalogs(built_in(planning__sample_city=text))
    assert ["目标云没有机房“north”；已有：east、west" in str(mistake) for mistake in mistakes] == [True]


def test_windows_that_forbid_nothing_are_advice_with_their_weeks() -> None:
    built = build([a_system("a")])
    advice = {note.code: note for note in built.notes if note.code.startswith("window-")}
    assert set(advice) >= {"window-avoid", "window-warn"}
    assert all("2026-W" in note.text.zh for note in advice.values())
    blocking = build([a_system("a")], catalogs=planning_with(("avoid_blocks: false", "avoid_blocks: true")))
    assert "window-avoid" not in codes(blocking)


def test_a_copy_without_a_place_names_the_pools_that_do_not_suit() -> None:
    system = a_system("a", dr="同城双活", zones=("互联网区",))
    built = build([system], [a_server("a", zone="互联网区")])
    (note,) = [note for note in built.notes if note.code == "no-replica-pool"]
    assert "城西·互联网·信创 ARM（aarch64）" in note.text.zh
    assert "架构 x86_64" in note.text.zh
