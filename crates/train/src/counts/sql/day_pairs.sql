SELECT person, known, held, period, a, b, MAX(a_first) AS most_a_first, MAX(b_first) AS most_b_first
FROM (
{sightings}
) AS seen
GROUP BY person, known, held, period, a, b
