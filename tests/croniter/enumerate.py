"""Second opinion on cron expressions, for tests/it/croniter.rs (needs croniter 7.0.0).

stdin: lines `start<TAB>end<TAB>expression`, Unix seconds, [start, end).
stdout: per line two lines of firings in Unix seconds: either day field matches, then both do.
"""

import sys

from croniter import CroniterBadDateError, croniter


def firings(start, end, expression, either):
    cron = croniter(expression, start - 1, day_or=either)
    try:
        while (at := int(cron.get_next(float))) < end:
            yield at
    except CroniterBadDateError:
        return  # no further match in fifty years


for line in sys.stdin.read().splitlines():
    start, end, expression = line.split("\t")
    for either in (True, False):
        print(*firings(int(start), int(end), expression, either))
