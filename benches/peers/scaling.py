#!/usr/bin/env python3
"""How time and memory grow from one million intervals to two hundred million.

  cargo build --release --locked && benches/peers/scaling.py
  benches/peers/scaling.py --instances 92000       # 200 million intervals only

Generates each fleet (--work), runs `simulate` and `sweep` on it once, and prints what each interval
took. Fleets are deleted again.
"""

import argparse
import json
import shutil
import subprocess
from pathlib import Path

from run import MIX, ROOT, Run

parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
parser.add_argument("--instances", type=int, nargs="+", default=[460, 4600, 23000, 92000])
parser.add_argument("--work", type=Path, default=ROOT / "target" / "peers")
parser.add_argument("--idlewise", type=Path, default=ROOT / "target" / "release" / "idlewise")
parser.add_argument("--memory-limit", help="as of idlewise")
args = parser.parse_args()
args.work.mkdir(parents=True, exist_ok=True)
plan = args.work / "idle-60.yml"
plan.write_text("idle_time_before_shutdown_minutes: 60\n")
limit = ["--memory-limit", args.memory_limit] if args.memory_limit else []

print(f"{'intervals':>12} {'command':10}{'wall s':>9}{'CPU s':>9}{'MiB':>8}{'ns/interval':>13}", flush=True)
for instances in args.instances:
    fleet, out = args.work / f"scaling-{instances}", args.work / "scaling-out"
    subprocess.check_call(
        [args.idlewise, "generate", "--instances", str(instances), "--weeks", "52", "--density", "1110",
         "--mix", MIX, "--format", "parquet", "--out", fleet, "--force", "--quiet"],
        stdout=subprocess.DEVNULL)
    for command in ["simulate", "sweep"]:
        run = Run([args.idlewise, command, "--activity", fleet / "activity*.parquet", "--plan", plan,
                   "--out", out, "--force", "--quiet", *limit])
        records = json.loads((out / "summary.json").read_text())["inputs"]
        rows = next(record["rows"] for record in records if record["role"] == "activity")
        print(f"{rows:12,} {command:10}{run.wall:9.2f}{run.cpu:9.2f}{run.memory:8.0f}"
              f"{run.wall / rows * 1e9:13.1f}", flush=True)
    shutil.rmtree(fleet)
    shutil.rmtree(out)
