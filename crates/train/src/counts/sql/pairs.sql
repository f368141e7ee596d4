SELECT a, b, weight, after, before, support,
  CASE WHEN kept_support >= {floor} THEN kept_weight ELSE 0 END AS early_weight,
  CASE WHEN kept_support >= {floor} THEN kept_after ELSE 0 END AS early_after,
  CASE WHEN kept_support >= {floor} THEN kept_before ELSE 0 END AS early_before,
  CASE WHEN kept_support >= {floor} THEN kept_support ELSE 0 END AS early_support,
  CASE WHEN new_support >= {floor} THEN new_support ELSE 0 END AS fresh_support
FROM {raw_pairs} AS raw_pairs
WHERE support >= {floor}
ORDER BY a, b
