"""Compares a generated fleet with recorded traces: sessions, gaps, weekdays, hours, sessions a day.

What: one table, a column per trace.
Why: a synthetic fleet is only worth simulating if its gaps and its weeks look like recorded ones.
Use: python data/make_comparison.py NAME=ACTIVITY[,INSTANCES[,KIND]] ...
     ACTIVITY and INSTANCES are CSV or Parquet; INSTANCES gives `home_timezone` (UTC when absent).
"""

import sys

import polars as pl

LENGTHS = [0.10, 0.25, 0.50, 0.75, 0.90, 0.99]
GAPS_MIN = [15, 60, 8 * 60, 24 * 60]


def table(path):
    """The rows of one CSV or Parquet file."""
    return pl.read_parquet(path) if path.endswith(".parquet") else pl.read_csv(path)


def instants(frame):
    """The same rows with UTC datetimes; a VS Code connection ends at its last keystroke."""
    out = frame
    for name in ("start", "end", "last_activity"):
        if name not in out.columns:
            continue
        if out.schema[name] == pl.String:
            out = out.with_columns(
                pl.col(name).str.to_datetime("%Y-%m-%dT%H:%M:%SZ", time_unit="us", time_zone="UTC")
            )
    if "last_activity" in out.columns:
        out = out.with_columns(end=pl.coalesce("last_activity", "end"))
    return out


def with_zone(frame, instances):
    """The rows of people whose zone is known, with it."""
    if instances is None:
        return frame.with_columns(zone=pl.lit("UTC"))
    who = table(instances).select("instance", zone=pl.col("home_timezone").cast(pl.String))
    return frame.join(who, on="instance").filter(pl.col("zone").is_not_null())


def duration(seconds):
    """Seconds in the unit a person would use."""
    if seconds is None:
        return "-"
    for unit, size in (("d", 86400), ("h", 3600), ("m", 60)):
        if seconds >= size:
            return f"{seconds / size:.1f}{unit}"
    return f"{seconds:.0f}s"


def measure(spec):
    """All figures of one trace, as an ordered mapping of row name to text."""
    activity, instances, kind = (spec.split(",") + [None, None])[:3]
    frame = instants(table(activity))
    if kind:
        frame = frame.filter(pl.col("kind") == kind)
    zoned = with_zone(frame, instances or None)
    frame = zoned if len(zoned) else frame.with_columns(zone=pl.lit("UTC"))
    frame = frame.sort("instance", "start").with_columns(
        length=(pl.col("end") - pl.col("start")).dt.total_seconds(),
        reach=pl.col("end").cum_max().shift(1).over("instance"),
    )
    frame = frame.with_columns(
        gap=(pl.col("start") - pl.col("reach")).dt.total_seconds().clip(lower_bound=0)
    )
    out = {"people": str(frame["instance"].n_unique()), "sessions": str(len(frame))}
    for q in LENGTHS:
        out[f"length p{q * 100:.0f}"] = duration(frame["length"].quantile(q))
    gaps = frame["gap"].drop_nulls()
    for q in LENGTHS:
        out[f"gap p{q * 100:.0f}"] = duration(gaps.quantile(q))
    for m in GAPS_MIN:
        out[f"gaps < {duration(m * 60)}"] = f"{(gaps < m * 60).mean():.1%}"
    local = pl.concat(
        part.select(
            "instance",
            local=pl.col("start").dt.convert_time_zone(zone[0]).dt.replace_time_zone(None),
        )
        for zone, part in frame.group_by("zone", maintain_order=True)
    )
    days = local["local"].dt.weekday()
    out["Mon..Sun %"] = " ".join(f"{(days == d).mean() * 100:.0f}" for d in range(1, 8))
    hours = local["local"].dt.hour()
    for first in range(0, 24, 3):
        share = ((hours >= first) & (hours < first + 3)).mean()
        out[f"starts {first:02}-{first + 3:02} local"] = f"{share:.1%}"
    daily = local.group_by("instance", pl.col("local").dt.date()).len()["len"]
    out["sessions/active day p50 p90"] = f"{daily.quantile(0.5):.0f} {daily.quantile(0.9):.0f}"
    span = local.group_by("instance").agg(
        span=(pl.col("local").max() - pl.col("local").min()).dt.total_days() + 1,
        days=pl.col("local").dt.date().n_unique(),
    )
    out["active days / calendar day p50"] = f"{(span['days'] / span['span']).quantile(0.5):.0%}"
    return out


def main(arguments):
    """Prints the table as Markdown."""
    traces = [a.split("=", 1) for a in arguments]
    columns = [(name, measure(spec)) for name, spec in traces]
    print("| | " + " | ".join(name for name, _ in columns) + " |")
    print("|---" * (len(columns) + 1) + "|")
    for row in columns[0][1]:
        print(f"| {row} | " + " | ".join(figures[row] for _, figures in columns) + " |")


if __name__ == "__main__":
    main(sys.argv[1:])
