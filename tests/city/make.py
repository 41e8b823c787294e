"""Make the city: departments, systems with their true behaviour, servers, dependencies."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import cast

import numpy as np

from tests.city import people
from tests.city.centre import centre_systems
from tests.city.county import county_systems
from tests.city.disguises import disguise_systems
from tests.city.foundry.rustbelt import foundry_systems
from tests.city.frontier.prefecture import frontier_systems
from tests.city.habits import FIRST_HABITS, Habits
from tests.city.harbour import harbour_systems
from tests.city.hardware import give_servers, orphan_servers
from tests.city.model import END, ZOMBIES, Behaviour, City, CitySystem, Department, stream
from tests.city.neighbours import neighbour_systems
from tests.city.twists import twist_systems

HERE = Path(__file__).parent
GENERIC = (
    "门户网站@", "协同办公系统", "档案管理系统", "内部控制管理系统", "固定资产管理系统", "视频会议系统", "党建管理系统", "财务管理系统",
    "人事管理系统", "培训考试系统~", "数据报送系统", "考勤管理系统", "微信公众号后台@", "旧版门户网站", "项目申报系统~", "图片资料库",
    "督查督办系统(旧)", "短信服务平台", "执法记录管理系统", "应用测试环境", "统计分析系统", "移动办公系统", "业务系统备用节点=", "知识库系统",
)  # fmt: skip
# A small city takes these first, so that the cut shows every kind of unit.
FIRST = ("gaj", "wjw", "rsj", "jyj", "zrzy", "czj", "zjj", "scjg", "slj", "sthj", "dsj", "dyyy", "wxx", "jkq", "sfj")
SHARES: dict[Behaviour, float] = {
    "office": 0.37, "public": 0.08, "steady": 0.19, "batch": 0.05, "light": 0.09, "new": 0.015, "called": 0.025, "test": 0.015,
    "abandoned": 0.05, "cron": 0.022, "off": 0.022, "declared": 0.018, "expired": 0.018, "replaced": 0.012, "pumped": 0.01,
    "unmeasured": 0.012, "unmeasured-zombie": 0.01,
}  # fmt: skip
MUST: tuple[Behaviour, ...] = (
    "abandoned",
    "abandoned",
    "cron",
    "off",
    "declared",
    "expired",
    "called",
    "pumped",
    "unmeasured",
    "unmeasured-zombie",
    "new",
    "replaced",
)
# What is in season from January to March.
IN_SEASON = ("供热", "春运", "决算", "烟花", "森林", "清明", "建议提案", "年报", "绩效")
FADING = (
    "旧",
    "展示",
    "资源库",
    "知识",
    "普查",
    "扶贫",
    "养犬",
    "名录",
    "评选",
    "孵化",
    "舆情",
    "查询",
    "统计",
    "志愿",
)
PLACES = {"cloud-a": "政务云一期", "cloud-b": "卫教行业云"}
TARGET = "示例市政务云"
CLASS = {"@": "website", "~": "seasonal", "^": "emergency", "=": "standby"}


def read_departments(units: str = "departments.txt") -> list[Department]:
    """The units of that file, in its order."""
    lines = [line for line in (HERE / units).read_text(encoding="utf-8").splitlines() if line and line[0] != "#"]
    found = []
    for head, systems in zip(lines[::2], lines[1::2], strict=True):
        names, former, weight = (part.strip() for part in head.split(";"))
        slug, name = names.split()
        formers = tuple(part for part in former.split("、") if part)
        found.append(
            Department(slug=slug, name=name, former=formers, weight=int(weight), catalogue=tuple(systems.split()))
        )
    return found


def make_city(systems: int, servers: int, days: int, seed: int, habits: Habits = FIRST_HABITS) -> City:
    """The city of that size; the same arguments give the same city."""
    departments = _departments(systems, seed, habits)
    city = City(seed=seed, days=days, departments=departments, systems=[], habits=habits)
    rng = stream(seed, "systems")
    wanted = _shares_of(systems, [d.weight for d in departments])
    drafts = [
        (d, title) for d, count in zip(departments, wanted, strict=True) for title in _titles(rng, d, count, habits)
    ]
    if habits.names:
        drafts = _renamed(stream(seed, "names"), drafts, habits)
    behaviours = _behaviours(stream(seed, "behaviours"), [title for _, title in drafts], habits)
    number: dict[str, int] = {}
    for (department, title), behaviour in zip(drafts, behaviours, strict=True):
        number[department.slug] = number.get(department.slug, 0) + 1
        city.systems.append(_system(rng, department, number[department.slug], title, behaviour, habits))
    _dependencies(stream(seed, "dependencies"), city)
    give_servers(city, servers)
    orphan_servers(city)
    if habits.twisted:
        twist_systems(city)
    if habits.disguised:
        disguise_systems(city)
    if habits.neighbouring:
        neighbour_systems(city)
    if habits.centred:
        centre_systems(city)
    if habits.coastal:
        harbour_systems(city)
    if habits.inland:
        county_systems(city)
    if habits.bordering:
        frontier_systems(city)
    if habits.industrial:
        foundry_systems(city)
    return city


def _departments(systems: int, seed: int, habits: Habits) -> list[Department]:
    everyone = read_departments(habits.units)
    count = min(len(everyone), max(12, systems // 4))
    known = {d.slug for d in everyone}
    order = [slug for slug in FIRST if slug in known] + [d.slug for d in everyone if d.slug not in FIRST]
    chosen = set(order[:count])
    departments = [d for d in everyone if d.slug in chosen]
    rng = stream(seed, "departments")
    for place, department in enumerate(departments):
        department.layout = place
        department.cloud = (
            "cloud-b" if department.slug in {"wjw", "ybj", "dyyy", "zyy", "jkzx", "yzx", "jyj"} else "cloud-a"
        )
        department.contact, department.phone = people.person(rng), people.mobile(rng)
    return departments


def _shares_of(total: int, weights: list[int]) -> list[int]:
    """`total` split by weight, at least one each, rounded by largest remainder."""
    spare = total - len(weights)
    exact = [spare * weight / sum(weights) for weight in weights]
    counts = [1 + int(value) for value in exact]
    by_rest = sorted(range(len(weights)), key=lambda i: (-(exact[i] % 1), i))
    for place in by_rest[: total - sum(counts)]:
        counts[place] += 1
    return counts


def _titles(rng: np.random.Generator, department: Department, count: int, habits: Habits) -> list[str]:
    """Names with tags: mostly the unit's own systems, then what every office has."""
    own = sorted(rng.permutation(len(department.catalogue)), key=lambda i: "#" not in department.catalogue[i])
    every = habits.generics or GENERIC
    generic = [every[i] for i in rng.permutation(len(every))]
    titles = [_named(department, department.catalogue[i]) for i in own[: max(1, round(count * 0.75))]]
    return (titles + [_short(department) + title for title in generic])[:count]


def _renamed(
    rng: np.random.Generator, drafts: list[tuple[Department, str]], habits: Habits
) -> list[tuple[Department, str]]:
    """The same systems under the names that this city gives its seasonal, standby and emergency ones."""
    renamed, used = [], set()
    for department, title in drafts:
        names = next((habits.names[tag] for tag in habits.names if tag in title), None)
        if names is not None:
            name = _short(department) + names[int(rng.integers(len(names)))]
            while name in used:
                name += "二期"
            used.add(name)
            title = name + "".join(tag for tag in "!@%~^=#" if tag in title)  # noqa: PLW2901
        renamed.append((department, title))
    return renamed


def _named(department: Department, title: str) -> str:
    return _short(department) + title[1:] if title[0] in "县区" else title


def _short(department: Department) -> str:
    return department.name.removesuffix("人民政府").removesuffix("管委会")


def _behaviours(rng: np.random.Generator, titles: list[str], habits: Habits) -> list[Behaviour]:
    """One each: the tags decide first, the shares the rest; a small city still has every kind of zombie."""
    chosen: list[Behaviour | None] = []
    for title in titles:
        now = any(word in title for word in IN_SEASON)
        season: Behaviour = "seasonal-off" if rng.random() < 0.6 and not now else "seasonal-on"
        if "=" in title:
            chosen.append("standby")
        elif "~" in title:
            chosen.append(season)
        else:
            chosen.append("emergency" if "^" in title and rng.random() < 0.6 else None)
    plain = [i for i, title in enumerate(titles) if chosen[i] is None and "!" not in title and "#" not in title]
    # what offices let go to sleep comes first
    likely = sorted(rng.permutation(plain), key=lambda i: not _fades(titles[i]))
    for place, behaviour in zip(likely, habits.must or MUST, strict=False):
        chosen[int(place)] = cast("Behaviour", behaviour)
    shares = habits.shares or SHARES
    kinds = cast("list[Behaviour]", list(shares))
    weights = np.array([shares[kind] for kind in kinds])
    for place, title in enumerate(titles):
        if chosen[place] is None:
            drawn = kinds[int(rng.choice(len(kinds), p=weights / weights.sum()))]
            if drawn in ZOMBIES and not _fades(title) and rng.random() < 0.6:
                drawn = "office"
            core_or_secret = "!" in title or "#" in title
            chosen[place] = "public" if "@" in title and core_or_secret else "office" if core_or_secret else drawn
    return [behaviour for behaviour in chosen if behaviour is not None]


def _fades(title: str) -> bool:
    """Whether it is one of those that departments build and forget, rather than their daily business."""
    plain = title.rstrip("!@%~^=#")
    return any(plain.endswith(name.rstrip("!@%~^=#")) for name in GENERIC) or any(word in plain for word in FADING)


def _system(
    rng: np.random.Generator, department: Department, number: int, title: str, behaviour: Behaviour, habits: Habits
) -> CitySystem:
    tags = {tag for tag in "!@%~^=#" if tag in title}
    name = title.rstrip("!@%~^=#")
    core, old = "!" in tags, behaviour in ZOMBIES
    xinchuang = not old and bool(rng.random() < 0.35)
    arch = "aarch64" if xinchuang and rng.random() < 0.6 else "x86_64"
    age_years = float(rng.uniform(6, 13) if old else 0.15 if behaviour == "new" else rng.gamma(2.2, 2.2) + 0.5)
    online = END - timedelta(days=int(age_years * 365) + (0 if behaviour != "new" else int(rng.integers(0, 15))))
    level = 3 if core else [None, 2, 2, 2, 3, 1][int(rng.integers(6))]
    users = max(3, int(rng.lognormal(8.5 if "@" in tags else 4.6, 1.3)))
    login, update = _touched_by_habit(rng, behaviour, online, habits) or _touched(rng, behaviour, online)
    if "@" in tags:
        zones = ("互联网区", "政务外网区") if core or rng.random() < 0.35 else ("互联网区",)
    else:
        zones = ("专网区",) if "%" in tags else ("政务外网区",)
    classified = "#" in tags
    kind = next(
        (CLASS[tag] for tag in "=~^@" if tag in tags), "test" if "测试" in name or behaviour == "test" else "business"
    )
    location = _location(rng, department, old=old, classified=classified)
    domain = f"{department.slug}{number:02d}.shili.example"
    return CitySystem(
        id=f"{department.slug}-{number:02d}",
        code=f"SL-{department.slug.upper()}-{number:03d}",
        name=name, department=department.slug, behaviour=behaviour, system_class=kind, classified=classified, core=core,
        mlps_level=level, zones=zones, location=location,
        xinchuang=xinchuang, cpu_arch=arch,
        os=people.pick(rng, people.DOMESTIC_OS if xinchuang else people.OLD_OS if old else people.USUAL_OS),
        db=people.pick(rng, people.DOMESTIC_DB if xinchuang else people.USUAL_DB) if rng.random() < 0.9 else None,
        middleware=people.pick(rng, people.DOMESTIC_MIDDLEWARE if xinchuang else people.USUAL_MIDDLEWARE) if rng.random() < 0.85 else None,
        users=users if not old else max(2, users // 20),
        online_on=online.replace(day=1), contract_end_on=_contract_end(rng, behaviour, habits), last_login_on=login, last_update_on=update,
        monthly_logins=0 if login is None or login < date(2026, 1, 1) else max(11, int(users * rng.uniform(0.4, 6))),
        hardware_on=(online - timedelta(days=int(rng.integers(30, 400)))).replace(day=1) if "机房" in location else None,
        dr=("异地容灾" if rng.random() < 0.4 else "同城双活") if core and rng.random() < 0.6 else ("本地备份" if rng.random() < 0.6 else None),
        data_gib=int(rng.lognormal(5.3 if core else 3.6, 1.2)) + 1,
        build_cost_wan=round(float(rng.lognormal(4.9 if core else 3.6, 0.8)), 1), ops_cost_wan=round(float(rng.lognormal(2.2, 0.8)), 1),
        vendor=people.pick(rng, people.VENDORS), ops_vendor=people.pick(rng, people.VENDORS),
        contact=people.person(rng), phone=people.mobile(rng), vendor_contact=people.person(rng), vendor_phone=people.mobile(rng),
        office=people.pick(rng, people.OFFICES),
        url=f"{'https' if rng.random() < 0.5 else 'http'}://{domain}/{people.pick(rng, ('', 'login', 'portal', 'index.action'))}" if rng.random() < 0.75 else None,
        account=(people.pick(rng, ("admin", "test", "user01")), f"Sl@{int(rng.integers(100000, 999999))}") if rng.random() < 0.12 else None,
    )  # fmt: skip


def _location(rng: np.random.Generator, department: Department, *, old: bool, classified: bool) -> str:
    """Most stand in the two older clouds, some in machine rooms, a few are already where all shall go."""
    draw = float(rng.random())
    if classified or draw < (0.3 if old else 0.14):
        return "自建机房" if classified or draw < 0.07 else "行政中心北楼机房" if draw < 0.1 else "运营商IDC机房"
    return TARGET if draw > 0.92 and not old else PLACES[department.cloud]


def _touched_by_habit(
    rng: np.random.Generator, behaviour: Behaviour, online: date, habits: Habits
) -> tuple[date, date] | None:
    if behaviour not in habits.logins and behaviour not in habits.updates:
        return None
    login_span, update_span = habits.logins.get(behaviour, (1, 15)), habits.updates.get(behaviour, (500, 2000))
    days = [int(rng.integers(*span)) for span in (login_span, update_span)]
    return max(online, END - timedelta(days=days[0])), max(online, END - timedelta(days=days[1]))


def _touched(rng: np.random.Generator, behaviour: Behaviour, online: date) -> tuple[date | None, date | None]:
    """When somebody last logged in and when it was last updated."""

    def ago(low: int, high: int) -> date:
        return max(online, END - timedelta(days=int(rng.integers(low, high))))

    if behaviour in {"abandoned", "cron", "off", "pumped", "declared", "unmeasured-zombie"}:
        return ago(230, 1500), ago(500, 2000)
    if behaviour == "expired":
        return ago(20, 90), ago(420, 1200)
    if behaviour == "replaced":
        return ago(190, 500), ago(400, 900)
    if behaviour == "seasonal-off":
        return ago(150, 300), ago(160, 330)
    if behaviour in {"standby", "called"}:
        return ago(60, 170), ago(30, 300)
    return ago(1, 15), ago(5, 320)


def _contract_end(rng: np.random.Generator, behaviour: Behaviour, habits: Habits) -> date | None:
    if habits.renewed and behaviour in ZOMBIES and behaviour != "expired" and rng.random() < habits.renewed:
        days = int(rng.integers(10, 400))
    elif behaviour == "expired":
        days = -int(rng.integers(400, 1100))
    elif behaviour in ZOMBIES:
        days = -int(rng.integers(30, 1500))
    else:
        days = int(rng.integers(-60, 700))
    return None if rng.random() < 0.08 and behaviour != "expired" else END + timedelta(days=days)


def _dependencies(rng: np.random.Generator, city: City) -> None:
    """Shared platforms are called by many, systems of one department call each other, `called` ones always are."""
    live = [s for s in city.systems if not s.zombie and not s.classified]
    hubs = [s for s in live if s.department == "dsj" and s.core]
    wanted: dict[str, set[str]] = {s.id: set() for s in city.systems}
    for system in live:
        near = [s for s in live if s.department == system.department and s.id != system.id and not s.zombie]
        for provider in hubs:
            if provider.id != system.id and system.department != "dsj" and rng.random() < 0.14:
                wanted[system.id].add(provider.id)
        for provider in near:
            if rng.random() < min(0.25, 1.3 / len(near)) and system.id not in wanted[provider.id]:
                wanted[system.id].add(provider.id)
    for provider in live:
        if provider.behaviour == "called" and not any(provider.id in deps for deps in wanted.values()):
            callers = [
                s for s in live if s.id != provider.id and s.behaviour != "called" and s.id not in wanted[provider.id]
            ]
            wanted[callers[int(rng.integers(len(callers)))].id].add(provider.id)
    for system in city.systems:
        system.depends_on = tuple(sorted(wanted[system.id]))
