SELECT facts, context, item,
  CAST(SUM(own_visits) AS BIGINT) AS visits,
  CAST(CASE WHEN SUM(known) = 0 THEN 1 ELSE SUM(known) END AS BIGINT) AS people,
  CAST(SUM(kept_visits) AS BIGINT) AS early_visits,
  CAST(CASE WHEN SUM(known * early) = 0 THEN MAX(early) ELSE SUM(known * early) END AS BIGINT) AS early_people
FROM (
  SELECT cells.facts AS facts, cells.context AS context, seen.item AS item, seen.person AS person,
    MAX(seen.known) AS known, COUNT(*) AS own_visits,
    SUM(CASE WHEN seen.held = 0 THEN 1 ELSE 0 END) AS kept_visits,
    MAX(CASE WHEN seen.held = 0 THEN 1 ELSE 0 END) AS early
  FROM (
    SELECT cell, CAST(-1 AS BIGINT) AS item, person, known, held
    FROM {events} AS visit
    WHERE line = 0
    UNION ALL
    SELECT cell, item, person, known, held
    FROM {events} AS beginning
    WHERE starts = 1
  ) AS seen
  JOIN {cells} AS cells ON cells.cell = seen.cell
  GROUP BY cells.facts, cells.context, seen.item, seen.person
) AS people_of
GROUP BY facts, context, item
HAVING CASE WHEN SUM(known) = 0 THEN 1 ELSE SUM(known) END >= {floor}
  AND (item >= 0 OR SUM(own_visits) >= {visits})
ORDER BY facts, context, item
