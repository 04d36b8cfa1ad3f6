"""Writes data/quota-sample: 40 creates in three regions, five families, two clusters, two roles.

Run from the repository's root: python3 data/make_quota_sample.py. The same bytes every time. The
eight creates of westeurope are written by hand, so that its quota can be followed by hand; the others
are drawn.
"""

import datetime as dt
import pathlib
import random

OUT = pathlib.Path("data/quota-sample")
START = dt.datetime(2024, 3, 4)
DAYS = 14
RNG = random.Random(20240304)

SIZES = {
    "Standard_DS3_v2": "standardDSv2Family",
    "Standard_D4s_v3": "standardDSv3Family",
    "Standard_E4s_v3": "standardESv3Family",
    "Standard_F4s_v2": "standardFSv2Family",
    "Standard_NC6s_v3": "standardNCSv3Family",
}

# Offset in days and hours, user, size, what is done.
WEST = [
    (0, 9, "u33", "Standard_F4s_v2", "create"),
    (0, 10, "u34", "Standard_F4s_v2", "create"),
    (1, 9, "u35", "Standard_D4s_v3", "create"),
    (2, 9, "u36", "Standard_F4s_v2", "create"),
    (3, 9, "u37", "Standard_D4s_v3", "create"),
    (4, 9, "u33", "Standard_F4s_v2", "delete"),
    (7, 9, "u38", "Standard_F4s_v2", "create"),
    (8, 9, "u35", "Standard_D4s_v3", "delete"),
    (9, 9, "u39", "Standard_D4s_v3", "create"),
    (10, 9, "u40", "Standard_D4s_v3", "create"),
]

LIMITS = """\
eastus,standardDSv2Family,28
eastus,standardDSv3Family,12
eastus,standardESv3Family,8
eastus,standardFSv2Family,8
eastus,Standard NCSv3 Family Cluster Dedicated vCPUs,36
eastus,total,84
eastus,computes,20
eastus2,standardDSv2Family,12
eastus2,standardDSv3Family,8
eastus2,standardESv3Family,12
eastus2,standardNCSv3Family,-1
eastus2,total,34
westeurope,standardDSv3Family,8
westeurope,standardFSv2Family,24
westeurope,total,28
westeurope,computes,6
"""

CLUSTERS = """\
train,eastus,Standard_NC6s_v3,2024-03-04T06:00:00Z,2
train,eastus,Standard_NC6s_v3,2024-03-07T06:00:00Z,5
train,eastus,Standard_NC6s_v3,2024-03-12T06:00:00Z,1
batch,westeurope,Standard_F4s_v2,2024-03-05T06:00:00Z,2
batch,westeurope,Standard_F4s_v2,2024-03-06T06:00:00Z,6
batch,westeurope,Standard_F4s_v2,2024-03-13T06:00:00Z,0
"""

PRICES = """\
os_disk,eastus2,,19.71,month
os_disk,westeurope,,21.68,month
compute,eastus2,Standard_DS3_v2,0.229,hour
compute,eastus2,Standard_D4s_v3,0.192,hour
compute,eastus2,Standard_E4s_v3,0.252,hour
compute,eastus2,Standard_F4s_v2,0.169,hour
compute,eastus2,Standard_NC6s_v3,3.06,hour
compute,westeurope,Standard_D4s_v3,0.24,hour
compute,westeurope,Standard_F4s_v2,0.194,hour
"""


def at(day, hour, minute=0):
    instant = START + dt.timedelta(days=day, hours=hour, minutes=minute)
    return instant.strftime("%Y-%m-%dT%H:%M:%SZ")


def main():
    instances, operations, activity = [], [], []
    for number in range(1, 33):
        user = f"u{number:02}"
        region = "eastus" if number <= 20 else "eastus2"
        size = RNG.choice(list(SIZES))
        day, hour = RNG.randrange(0, 9), RNG.randrange(8, 12)
        minute = RNG.randrange(60)
        # Two people try to help themselves: a data scientist may not create.
        actor = user if number in (7, 26) else "lead"
        instances.append((user, region, size))
        operations.append((at(day, hour, minute), user, "create", actor))
        if RNG.random() < 0.2:
            operations.append((at(day + RNG.randrange(2, 5), 18), user, "delete", "lead"))
    for day, hour, user, size, op in WEST:
        if op == "create":
            instances.append((user, "westeurope", size))
        operations.append((at(day, hour), user, op, "lead"))
    for user, _, _ in instances:
        for day in range(DAYS):
            if day % 7 < 5 and RNG.random() < 0.7:
                start = RNG.randrange(7 * 60, 14 * 60)
                length = RNG.randrange(20, 300)
                kind = RNG.choice(["kernel", "kernel", "vscode", "run"])
                begin = at(day, 0, start)
                activity.append((user, kind, begin, at(day, 0, start + length)))
    OUT.mkdir(parents=True, exist_ok=True)

    def write(name, header, rows):
        lines = [header, *rows]
        (OUT / name).write_text("\n".join(lines) + "\n", encoding="utf-8")

    ws = "{}-ws".format
    write(
        "instances.csv",
        "instance,region,vm_size,user,created_by",
        [f"{ws(u)},{r},{s},{u},lead" for u, r, s in sorted(instances)],
    )
    write(
        "operations.csv",
        "instance,at,op,value,actor",
        [f"{ws(u)},{t},{op},{'stopped' if op == 'create' else ''},{who}" for t, u, op, who in sorted(operations)],
    )
    write("activity.csv", "instance,kind,start,end", [f"{ws(u)},{k},{b},{e}" for u, k, b, e in sorted(activity)])
    users = sorted({u for u, _, _ in instances})
    write("roles.csv", "actor,role", ["lead,contributor", *[f"{u},data-scientist" for u in users]])
    write("quotas.csv", "region,family,limit", LIMITS.splitlines())
    write("clusters.csv", "cluster,region,vm_size,at,nodes", CLUSTERS.splitlines())
    write("prices.csv", "meter,region,vm_size,rate_usd,rate_unit", PRICES.splitlines())


main()
