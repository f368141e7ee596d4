SELECT session, line, item, kind, t, cell
FROM {events} AS events
WHERE held = 1
ORDER BY session, line
