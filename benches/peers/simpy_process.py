"""Billed seconds under one idle limit, as a SimPy process model of people and machines.

FILES END LIMIT COUNT: the first COUNT instances by name; prints a JSON object.
"""

import json
import sys
import time
from datetime import datetime

import polars as pl
import simpy

files, end, limit, count = sys.argv[1], sys.argv[2], 60 * int(sys.argv[3]), int(sys.argv[4])
end_s = int(datetime.fromisoformat(end.replace("Z", "+00:00")).timestamp())


class Machine:
    """Runs while somebody is there and for the idle limit after that."""

    def __init__(self, env):
        self.env = env
        self.present = 0
        self.running_since = None
        self.timer = None
        self.billed = 0

    def arrive(self):
        self.present += 1
        if self.timer is not None:
            self.timer.interrupt()
            self.timer = None
        if self.running_since is None:
            self.running_since = self.env.now

    def leave(self):
        self.present -= 1
        if self.present == 0:
            self.timer = self.env.process(self.idle())

    def idle(self):
        try:
            yield self.env.timeout(limit)
        except simpy.Interrupt:
            return
        self.timer = None
        self.stop()

    def stop(self):
        if self.running_since is not None:
            self.billed += self.env.now - self.running_since
            self.running_since = None


def session(env, machine, seconds):
    machine.arrive()
    yield env.timeout(seconds)
    machine.leave()


def person(env, machine, intervals):
    for start, seconds in intervals:
        if start > env.now:
            yield env.timeout(start - env.now)
        env.process(session(env, machine, seconds))


names = pl.scan_parquet(files).select(pl.col("instance").unique().sort().head(count)).collect()
rows = (
    pl.scan_parquet(files)
    .join(names.lazy(), on="instance", how="semi")
    .select(
        "instance",
        pl.col("start").dt.epoch("s").alias("s"),
        pl.max_horizontal(
            pl.col("start").dt.epoch("s"),
            pl.min_horizontal(
                pl.col("end").dt.epoch("s"), pl.col("last_activity").dt.epoch("s") + 10_800
            ),
        ).alias("e"),
    )
    .sort("instance", "s")
    .collect()
)
people = {}
for instance, start, stop in rows.iter_rows():
    people.setdefault(instance, []).append((start, stop - start))

began = time.monotonic()
env = simpy.Environment(initial_time=min(intervals[0][0] for intervals in people.values()))
machines = {}
for instance, intervals in people.items():
    machines[instance] = Machine(env)
    env.process(person(env, machines[instance], intervals))
env.run(until=end_s)
for machine in machines.values():
    machine.stop()
took = time.monotonic() - began
billed = {instance: machine.billed for instance, machine in machines.items()}
print(json.dumps({"billed": billed, "rows": rows.height, "replay_s": took}))
