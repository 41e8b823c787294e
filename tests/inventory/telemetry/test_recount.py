"""An auditor's recount of one server from raw samples, as docs/explanation/usage.md describes it."""

import re
from pathlib import Path

import duckdb

from inventory.model import Inventory
from inventory.telemetry.form import Period, day_start
from inventory.usage.rates import usage_rates
from tests.inventory.telemetry.samples import AS_OF, DAY, a_server, raw, rolled, stored

PAGE = Path(__file__).resolve().parents[3] / "docs" / "explanation" / "usage.md"


def test_the_recount_of_the_page_gives_the_same_two_numbers(tmp_path: Path) -> None:
    server = a_server("vm-1", vcpu=3)
    days = [DAY.replace(day=n) for n in (1, 10, 31)]
    rows = [
        {"machine": "vm-1", "at_s": day_start(day) + 317 * n, "ratio": (n % 97) / 97}
        for day in days
        for n in range(200)
    ]
    rollup = rolled(
        tmp_path / "store" / "telemetry", stored(tmp_path / "store" / "telemetry", raw(*rows), servers=[server])
    )
    inventory = Inventory(as_of=AS_OF, systems=(), servers=(server,))
    rates = usage_rates(inventory, rollup, Period(DAY.replace(day=1), DAY.replace(month=4, day=1)), kinds=("server",))
    (rate,) = [rate for rate in rates if (rate.metric, rate.statistic) == ("cpu", "weighted_mean")]
    sql = re.search(r"```sql\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)
    assert sql
    query = sql[1].replace("store/", f"{tmp_path}/store/").replace("服务器编号", "vm-1")
    with duckdb.connect() as connection:
        assert connection.execute(query).fetchone() == (rate.numerator, rate.denominator)
