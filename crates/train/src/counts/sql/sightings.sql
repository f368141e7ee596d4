SELECT near.person AS person, near.known AS known, near.held AS held, near.period AS period,
  CASE WHEN near.item < far.item THEN near.item ELSE far.item END AS a,
  CASE WHEN near.item < far.item THEN far.item ELSE near.item END AS b,
  CASE WHEN near.item < far.item THEN near.decay * (near.weight + far.weight) ELSE 0 END AS a_first,
  CASE WHEN near.item < far.item THEN 0 ELSE near.decay * (near.weight + far.weight) END AS b_first
FROM (
  SELECT one.session AS session, one.line + hops.distance AS line, hops.decay AS decay, one.person AS person,
    one.known AS known, one.held AS held, one.period AS period, one.item AS item, one.weight AS weight
  FROM {events} AS one
  JOIN {hops} AS hops ON hops.reach = one.reach
) AS near
JOIN {events} AS far ON far.session = near.session AND far.line = near.line
WHERE near.item <> far.item AND near.weight + far.weight > 0
