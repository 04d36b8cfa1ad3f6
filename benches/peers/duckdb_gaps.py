"""Billed seconds under idle limits by gap arithmetic in one DuckDB query.

FILES END LIMIT...: prints a list, one sum for each limit in minutes.
"""

import json
import sys

import duckdb

files, end, *limits = sys.argv[1:]
# Of a gap, an instance runs through the limit at most; of the last one, to the horizon's end.
gaps = ", ".join(f"sum(least(gap, {60 * int(limit)})) g{limit}" for limit in limits)
sums = ", ".join(
    f"sum(busy + coalesce(g{limit}, 0) + least({{end}} - last, {60 * int(limit)}))" for limit in limits
)
end_s = f"epoch(TIMESTAMPTZ '{end}')::BIGINT"
query = f"""
WITH activity AS (
  SELECT instance, epoch(start)::BIGINT s,
    greatest(epoch(start), least(epoch("end"), epoch(last_activity) + 10800))::BIGINT e
  FROM read_parquet('{files}')
), gaps AS (
  SELECT instance, e,
    max(e) OVER (PARTITION BY instance ORDER BY s ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)
      AS before,
    greatest(s - before, 0) gap,
    greatest(e - greatest(s, coalesce(before, s)), 0) busy
  FROM activity
), instances AS (
  SELECT sum(busy) busy, max(e) AS last, {gaps} FROM gaps GROUP BY instance
)
SELECT {sums.format(end=end_s)} FROM instances
"""
row = duckdb.sql(query).fetchall()[0]
print(json.dumps([int(total) for total in row]))
