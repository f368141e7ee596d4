SELECT a, b,
  CAST(SUM(CASE WHEN a_first > b_first THEN a_first ELSE b_first END) AS BIGINT) AS weight,
  CAST(SUM(a_first) AS BIGINT) AS after,
  CAST(SUM(b_first) AS BIGINT) AS before,
  CAST(CASE WHEN SUM(known) = 0 THEN 1 ELSE SUM(known) END AS BIGINT) AS support,
  CAST(SUM(CASE WHEN early_a_first > early_b_first THEN early_a_first ELSE early_b_first END) AS BIGINT) AS kept_weight,
  CAST(SUM(early_a_first) AS BIGINT) AS kept_after,
  CAST(SUM(early_b_first) AS BIGINT) AS kept_before,
  CAST(CASE WHEN SUM(known * early) = 0 THEN MAX(early) ELSE SUM(known * early) END AS BIGINT) AS kept_support,
  CAST(CASE WHEN SUM(known * late) = 0 THEN MAX(late) ELSE SUM(known * late) END AS BIGINT) AS new_support
FROM (
  SELECT person, a, b, MAX(known) AS known,
    MAX(most_a_first * age) AS a_first,
    MAX(most_b_first * age) AS b_first,
    MAX(CASE WHEN held = 0 THEN most_a_first * age ELSE 0 END) AS early_a_first,
    MAX(CASE WHEN held = 0 THEN most_b_first * age ELSE 0 END) AS early_b_first,
    MAX(CASE WHEN held = 0 THEN 1 ELSE 0 END) AS early,
    MAX(fresh) AS late
  FROM (
{seen}
  ) AS seen
  JOIN {ages} AS ages ON ages.period = seen.period
  GROUP BY person, a, b
) AS people
GROUP BY a, b
