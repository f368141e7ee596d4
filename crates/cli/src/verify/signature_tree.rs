//! What signed what, as a tree for people.

use super::view::{Part, RootView, Serves, View};
use crate::table::{count, counted, date};

/// Draws what was found.
pub fn of(view: &View) -> String {
    let served = view.serves.as_ref().map(|serves| match view.outcome {
        "kept" => format!(
            "refused; a client that remembers release {} goes on with it:\n{}",
            serves.epoch,
            tree(serves)
        ),
        _ => tree(serves),
    });
    let refused = || "refused; a client that has no other shows the shop's own order\n".to_owned();
    served.unwrap_or_else(refused)
}

fn tree(serves: &Serves) -> String {
    let mut lines: Vec<_> = serves.root.iter().flat_map(root).collect();
    lines.extend([
        format!(
            "release {}, made {}, holds until {}",
            serves.epoch,
            when(serves.created_ms),
            when(serves.expires_ms)
        ),
        format!("├─ {}", signed_by("release", &serves.signed_by)),
        format!("├─ for engines from {}", serves.engine),
        format!("├─ {}", part(&serves.snapshot, "item")),
    ]);
    lines.extend(serves.facts.iter().map(|facts| format!("├─ {}", part(facts, "fact"))));
    lines.push(format!("└─ {}", part(&serves.policy, "rule")));
    if let Some(hidden) = &serves.hidden {
        lines.push(format!("   ├─ {}", whole(hidden)));
    }
    lines.extend([
        format!("   └─ {}", signed_by("policy", &serves.policy_signed_by)),
        format!(
            "      policy {}, made {}, holds until {}",
            serves.policy_epoch,
            when(serves.policy_created_ms),
            when(serves.policy_expires_ms)
        ),
    ]);
    lines.extend(serves.approval.iter().map(|approval| {
        format!(
            "      guarded rules approved by the lead {}, until {}",
            keys(&approval.signed_by),
            when(approval.expires_ms)
        )
    }));
    if !serves.rules_by_model_labels.is_empty() {
        lines.push(format!(
            "      what these rules hide is up to whoever makes the model: {}",
            serves.rules_by_model_labels.join(", ")
        ));
    }
    lines.push(format!(
        "without a later release, clients show the shop's own order from {}",
        when(serves.serves_until_ms)
    ));
    lines.join("\n") + "\n"
}

/// The root statement, which everything else rests on.
fn root(root: &RootView) -> Vec<String> {
    let head = format!(
        "root {}, made {}, holds until {}",
        root.epoch,
        when(root.created_ms),
        when(root.expires_ms)
    );
    let roles = root.roles.iter().map(|listed| {
        let keys = listed.keys.join(", ");
        format!("├─ {} of the {} keys {keys} must sign", listed.threshold, listed.role)
    });
    let signed = format!("└─ {}", signed_by("root", &root.signed_by));
    [head].into_iter().chain(roles).chain([signed]).collect()
}

fn signed_by(role: &str, keys: &[String]) -> String {
    format!("signed by the {role} {}", self::keys(keys))
}

fn keys(ids: &[String]) -> String {
    let noun = if ids.len() == 1 { "key" } else { "keys" };
    format!("{noun} {}", ids.join(", "))
}

fn when(ms: u64) -> String {
    date(ms as i64)
}

fn part(part: &Part, of: &str) -> String {
    let holds = match part.holds {
        Some(holds) => counted(holds, of),
        None => "no engine reads it".to_owned(),
    };
    format!("{}, {holds}", whole(part))
}

fn whole(part: &Part) -> String {
    let hash = part.sha256.get(..16).unwrap_or_default();
    format!("{}: {} bytes, as signed (sha256 {hash}…)", part.path, count(part.bytes))
}
