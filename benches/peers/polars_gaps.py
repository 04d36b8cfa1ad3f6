"""Billed seconds under idle limits by gap arithmetic with Polars.

FILES END LIMIT...: prints a list, one sum for each limit in minutes; without a limit it only reads
the files and sorts them by instance and start.
"""

import json
import sys
from datetime import datetime

import polars as pl

files, end, *limits = sys.argv[1:]
if not limits:
    pl.read_parquet(files).sort("instance", "start")
    print("[]")
    sys.exit()

end_s = int(datetime.fromisoformat(end.replace("Z", "+00:00")).timestamp())
start, stop = pl.col("start").dt.epoch("s"), pl.col("end").dt.epoch("s")
last = pl.col("last_activity").dt.epoch("s") + 10_800
effective = pl.max_horizontal(start, pl.min_horizontal(stop, last))
before = pl.col("e").cum_max().shift(1).over("instance")
gaps = (
    pl.scan_parquet(files)
    .select("instance", start.alias("s"), effective.alias("e"))
    .sort("instance", "s")
    .with_columns(before.alias("before"))
    .select(
        "instance",
        "e",
        (pl.col("s") - pl.col("before")).clip(lower_bound=0).fill_null(0).alias("gap"),
        (pl.col("e") - pl.max_horizontal("s", "before")).clip(lower_bound=0).alias("busy"),
    )
)
seconds = [60 * int(limit) for limit in limits]
instances = gaps.group_by("instance").agg(
    pl.col("busy").sum(),
    pl.col("e").max(),
    *[pl.min_horizontal("gap", pl.lit(s)).sum().alias(f"g{s}") for s in seconds],
)
sums = instances.select(
    [
        (pl.col("busy") + pl.col(f"g{s}") + pl.min_horizontal(end_s - pl.col("e"), pl.lit(s))).sum().alias(str(s))
        for s in seconds
    ]
)
print(json.dumps([int(total) for total in sums.collect().row(0)]))
