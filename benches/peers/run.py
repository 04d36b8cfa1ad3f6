#!/usr/bin/env python3
"""The same question to idlewise, DuckDB, Polars and SimPy, on the same generated Parquet file.

What: billed seconds of a fleet under idle limits and nothing else, for 1 limit, for 20, and for all
4,307. Why: a claim of speed needs somebody to be compared with, and numbers that agree.

  cargo build --release --locked && benches/peers/run.py
  benches/peers/run.py --instances 23000 --repeat 1        # 50 million intervals, as in issues

Installs DuckDB, Polars and SimPy from PyPI into a venv in the working folder (--work). Every run is
a process of its own: wall time with start-up, CPU time of all threads, peak memory. Start and stop
take no time here, so that sums over gaps are exact; the numbers must agree to the second, or the
script fails. SimPy replays the first few instances only and is scaled up by intervals.
"""

import argparse
import csv
import json
import os
import shutil
import subprocess
import sys
import time
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ["duckdb==2.0.1", "polars==2.1.0", "simpy==4.1.2"]
ONE = [60]
TWENTY = [15, 20, 30, 45, 60, 75, 90, 105, 120, 150, 180, 240, 300, 360, 480, 720, 960, 1440, 2880, 4320]
NO_LATENCY = ["--set", "start_latency=0", "stop_latency=0"]
# No custom applications: they are no activity, so their gaps are not gaps.
MIX = "office:5,split:2,nights:1,weekends:1,part-time:1,batch:3,forgotten:4,ssh:2,vscode:4"


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--instances", type=int, default=2000, help="instances of the fleet (2000)")
    parser.add_argument("--weeks", type=int, default=52, help="weeks of activity (52)")
    parser.add_argument("--density", type=int, default=1110, help="as of idlewise generate (1110)")
    parser.add_argument("--repeat", type=int, default=3, help="runs of each, the fastest counts (3)")
    parser.add_argument("--simpy", type=int, default=50, help="instances that SimPy replays (50)")
    parser.add_argument("--work", type=Path, default=ROOT / "target" / "peers", help="working folder")
    parser.add_argument("--idlewise", type=Path, default=ROOT / "target" / "release" / "idlewise")
    return parser.parse_args()


class Run:
    """A measured process: its last line of output, wall and CPU seconds, peak memory in MiB."""

    def __init__(self, command):
        began = time.monotonic()
        process = subprocess.Popen([str(part) for part in command], stdout=subprocess.PIPE, text=True)
        output = process.stdout.read()
        _, status, usage = os.wait4(process.pid, 0)
        self.wall = time.monotonic() - began
        if status != 0:
            sys.exit(f"failed: {' '.join(map(str, command))}")
        self.cpu = usage.ru_utime + usage.ru_stime
        self.memory = usage.ru_maxrss / 1024
        self.last = (output.strip().splitlines() or [""])[-1]


def fastest(repeat, command):
    return min((Run(command) for _ in range(repeat)), key=lambda run: run.wall)


def swept(path):
    """Billed seconds of the fleet by limit, as `idlewise sweep` says."""
    with open(path, newline="") as file:
        return {row["idle_minutes"]: int(row["billed_s"]) for row in csv.DictReader(file)}


def main():
    args = arguments()
    args.work.mkdir(parents=True, exist_ok=True)
    python = args.work / "venv" / "bin" / "python"
    if not python.exists():
        venv.create(args.work / "venv", with_pip=True)
    subprocess.check_call([python, "-m", "pip", "install", "--quiet", *PACKAGES])

    fleet = args.work / f"fleet-{args.instances}-{args.weeks}-{args.density}"
    if not fleet.exists():
        subprocess.check_call(
            [args.idlewise, "generate", "--instances", str(args.instances), "--weeks", str(args.weeks),
             "--density", str(args.density), "--mix", MIX, "--format", "parquet", "--out", fleet, "--quiet"],
            stdout=subprocess.DEVNULL)
    files = str(fleet / "activity*.parquet")
    out = args.work / "out"
    ours = [args.idlewise, "sweep", "--activity", files, "--out", out, "--force", "--quiet", *NO_LATENCY]
    plan = args.work / "idle-60.yml"
    plan.write_text("idle_time_before_shutdown_minutes: 60\n")
    simulate = [args.idlewise, "simulate", "--activity", files, "--plan", plan, "--out", out, "--force",
                "--quiet", *NO_LATENCY]

    runs = [("idlewise simulate", 1, fastest(args.repeat, simulate))]
    with open(out / "instances.csv", newline="") as file:
        by_instance = {row["instance"]: int(row["billed_s"]) for row in csv.DictReader(file)}
    runs.append(("idlewise sweep", 4307, fastest(args.repeat, ours)))
    truth = swept(out / "sweep.csv")
    summary = json.loads((out / "summary.json").read_text())
    rows = next(record["rows"] for record in summary["inputs"] if record["role"] == "activity")
    horizon = summary["horizon"]
    end = horizon["end"] if isinstance(horizon, dict) else horizon.split("/")[1]

    wrong = []

    def check(name, got, want):
        if got != want:
            wrong.append(f"{name}: {got}, not {want}")

    check("idlewise simulate", sum(by_instance.values()), truth["60"])
    here = Path(__file__).parent
    for name, script, limits in [
        ("Polars: read and sort only", "polars_gaps.py", []),
        ("Polars", "polars_gaps.py", ONE),
        ("Polars", "polars_gaps.py", TWENTY),
        ("DuckDB", "duckdb_gaps.py", ONE),
        ("DuckDB", "duckdb_gaps.py", TWENTY),
    ]:
        run = fastest(args.repeat, [python, here / script, files, end, *map(str, limits)])
        runs.append((name, len(limits), run))
        for limit, seconds in zip(limits, json.loads(run.last)):
            check(f"{name} at {limit} min", seconds, truth[str(limit)])
    run = Run([python, here / "simpy_process.py", files, end, str(ONE[0]), str(args.simpy)])
    found = json.loads(run.last)
    for instance, seconds in found["billed"].items():
        check(f"SimPy, {instance}", seconds, by_instance[instance])
    # Reading and importing happen once; only the replay grows.
    run.wall = found["replay_s"] * rows / found["rows"]
    run.cpu = run.wall
    runs.append((f"SimPy (scaled from {args.simpy} instances)", 1, run))

    base = runs[1][2].wall
    print(f"\n{rows:,} intervals, {args.instances:,} instances, {args.weeks} weeks; {os.cpu_count()} cores; "
          f"fastest of {args.repeat}\n")
    header = f"{'':38}{'limits':>7}{'wall s':>10}{'CPU s':>10}{'MiB':>8}{'x sweep':>9}{'x per limit':>13}"
    print(header)
    for name, limits, run in runs:
        each = f"{run.wall / limits / (base / 4307):13,.0f}" if limits else f"{'':>13}"
        print(f"{name:38}{limits:7}{run.wall:10.2f}{run.cpu:10.2f}{run.memory:8.0f}{run.wall / base:9.2f}{each}")
    print("\nx sweep: wall time against our sweep of all 4,307 limits; x per limit: the same per limit.")
    if wrong:
        print("\nNUMBERS DISAGREE", *wrong[:20], sep="\n")
        sys.exit(1)
    print("All billed seconds agree.")
    shutil.rmtree(out)


if __name__ == "__main__":
    main()
