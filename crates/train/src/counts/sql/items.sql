SELECT item,
  CAST(SUM(own_supporters) AS BIGINT) AS supporters,
  CAST(SUM(own_recent) AS BIGINT) AS recent,
  CAST(SUM(own_weight) AS BIGINT) AS pair_weight,
  CAST(SUM(kept_supporters) AS BIGINT) AS early_supporters,
  CAST(SUM(kept_recent) AS BIGINT) AS early_recent,
  CAST(SUM(kept_weight) AS BIGINT) AS early_pair_weight,
  CAST(SUM(new_supporters) AS BIGINT) AS fresh_supporters
FROM (
  SELECT item,
    CAST(CASE WHEN SUM(known) = 0 THEN 1 ELSE SUM(known) END AS BIGINT) AS own_supporters,
    CAST(CASE WHEN SUM(known) = 0 THEN MAX(latest) ELSE SUM(known * latest) END AS BIGINT) AS own_recent,
    CAST(0 AS BIGINT) AS own_weight,
    CAST(CASE WHEN SUM(known * early) = 0 THEN MAX(early) ELSE SUM(known * early) END AS BIGINT) AS kept_supporters,
    CAST(CASE WHEN SUM(known * early) = 0 THEN MAX(early_latest) ELSE SUM(known * early_latest) END AS BIGINT)
      AS kept_recent,
    CAST(0 AS BIGINT) AS kept_weight,
    CAST(CASE WHEN SUM(known * late) = 0 THEN MAX(late) ELSE SUM(known * late) END AS BIGINT) AS new_supporters
  FROM (
    SELECT seen.item AS item, seen.person AS person, MAX(seen.known) AS known, MAX(ages.recent) AS latest,
      MAX(CASE WHEN seen.held = 0 THEN 1 ELSE 0 END) AS early,
      MAX(CASE WHEN seen.held = 0 THEN ages.recent ELSE 0 END) AS early_latest,
      MAX(ages.fresh) AS late
    FROM {events} AS seen
    JOIN {ages} AS ages ON ages.period = seen.period
    GROUP BY seen.item, seen.person
  ) AS people
  GROUP BY item
  UNION ALL
  SELECT a AS item, CAST(0 AS BIGINT) AS own_supporters, CAST(0 AS BIGINT) AS own_recent, weight AS own_weight,
    CAST(0 AS BIGINT) AS kept_supporters, CAST(0 AS BIGINT) AS kept_recent, kept_weight,
    CAST(0 AS BIGINT) AS new_supporters
  FROM {raw_pairs} AS lower_ends
  UNION ALL
  SELECT b AS item, CAST(0 AS BIGINT) AS own_supporters, CAST(0 AS BIGINT) AS own_recent, weight AS own_weight,
    CAST(0 AS BIGINT) AS kept_supporters, CAST(0 AS BIGINT) AS kept_recent, kept_weight,
    CAST(0 AS BIGINT) AS new_supporters
  FROM {raw_pairs} AS upper_ends
) AS parts
GROUP BY item
ORDER BY item
