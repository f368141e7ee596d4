SELECT floor, events, sessions, early_sessions, held_events, items, distinct_pairs, raw_weight, early_raw_weight,
  pairs, pair_weight, pair_after, pair_before, pair_support, contexts, pair_fresh_support, fresh_people
FROM (
  SELECT CAST({floor} AS BIGINT) AS floor, CAST(COUNT(*) AS BIGINT) AS events,
    CAST(SUM(CASE WHEN line = 0 THEN 1 ELSE 0 END) AS BIGINT) AS sessions,
    CAST(SUM(CASE WHEN line = 0 AND held = 0 THEN 1 ELSE 0 END) AS BIGINT) AS early_sessions,
    CAST(SUM(held) AS BIGINT) AS held_events,
    CAST(COUNT(DISTINCT item) AS BIGINT) AS items
  FROM {events} AS log
) AS counted_events
CROSS JOIN (
  SELECT CAST(COUNT(*) AS BIGINT) AS distinct_pairs,
    CAST(SUM(weight) AS BIGINT) AS raw_weight,
    CAST(SUM(kept_weight) AS BIGINT) AS early_raw_weight,
    CAST(SUM(CASE WHEN support >= {floor} THEN 1 ELSE 0 END) AS BIGINT) AS pairs,
    CAST(SUM(CASE WHEN support >= {floor} THEN weight ELSE 0 END) AS BIGINT) AS pair_weight,
    CAST(SUM(CASE WHEN support >= {floor} THEN after ELSE 0 END) AS BIGINT) AS pair_after,
    CAST(SUM(CASE WHEN support >= {floor} THEN before ELSE 0 END) AS BIGINT) AS pair_before,
    CAST(SUM(CASE WHEN support >= {floor} THEN support ELSE 0 END) AS BIGINT) AS pair_support,
    CAST(SUM(CASE WHEN new_support >= {floor} THEN new_support ELSE 0 END) AS BIGINT) AS pair_fresh_support
  FROM {raw_pairs} AS raw_pairs
) AS counted_pairs
CROSS JOIN (
  SELECT CAST(COUNT(*) AS BIGINT) AS contexts
  FROM (
{contexts}
  ) AS counted_contexts
) AS all_contexts
CROSS JOIN (
  SELECT CAST(COUNT(DISTINCT visit.person) AS BIGINT) AS fresh_people
  FROM {events} AS visit
  JOIN {ages} AS ages ON ages.period = visit.period
  WHERE visit.line = 0 AND ages.fresh = 1
) AS new_people
