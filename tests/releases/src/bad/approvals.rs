//! Guarded rules that the lead did not approve: clients whose root statement lists lead keys, or that were shipped with one.

use shelfwise_sync::{KeyError, Role, Root, SecretKey, Validity};

use super::refused;
use crate::case::{Case, File, Trusts, ended};
use crate::draft::{Approval, DAY_MS, Draft, HOUR_MS, Shop};
use crate::roots::{Roots, With as _, listed};

/// Returns releases under a root statement that demands the approval of two lead keys.
///
/// # Errors
/// If a key is unusable.
pub fn cases(shop: &Shop) -> Result<Vec<Case>, KeyError> {
    let [one, two] = &shop.leads;
    let both = [one, two];
    let now = shop.now_ms;
    let validity = Validity {
        created_ms: now - HOUR_MS,
        expires_ms: now + 90 * DAY_MS,
    };
    let approval = || Approval {
        epoch: 5,
        validity,
        guarded: shop.next().policy,
        hidden: shop.next().hidden,
    };
    let files = |approval: &Approval, keys: &[&SecretKey]| release(shop, Some((approval, keys)));
    let refused = |name, words, codes, files| Case {
        trusts: Trusts::Root,
        // A list that the lead has not approved is not applied.
        guardrails: false,
        ..refused(name, words, codes, files)
    };
    let dressed = SecretKey::from_digits(Role::Lead, &shop.policy.digits()).ok_or(KeyError::Digits)?;
    let expired = Approval {
        validity: Validity {
            created_ms: now - 90 * DAY_MS,
            expires_ms: now - DAY_MS,
        },
        ..approval()
    };
    let of_other_rules = Approval {
        guarded: shop.last().policy,
        ..approval()
    };
    let of_another_list = Approval {
        hidden: shop.last().hidden,
        ..approval()
    };
    let too_few = ("approval", "too-few-signatures");
    Ok(vec![
        Case {
            remembering: ended("new"),
            forgetting: ended("new"),
            guardrails: true,
            ..refused(
                "root-good-approved",
                "A new root statement demands the approval of two leads, and it is there.",
                ("", ""),
                files(&approval(), &both)?,
            )
        },
        refused(
            "root-not-approved",
            "The policy key alone changes what must never be shown.",
            too_few,
            release(shop, None)?,
        ),
        refused(
            "root-approved-by-one-of-two",
            "One lead of two has approved the rules.",
            too_few,
            files(&approval(), &[one])?,
        ),
        refused(
            "root-approved-by-one-twice",
            "One lead of two has approved the rules, twice.",
            too_few,
            files(&approval(), &[one, one])?,
        ),
        refused(
            "root-approved-by-the-policy-key",
            "Whoever signs policies approves them too.",
            ("approval", "wrong-role"),
            files(&approval(), &[&dressed])?,
        ),
        Case {
            guardrails: true,
            ..refused(
                "root-approval-expired",
                "The approval's time is over.",
                ("approval", "expired"),
                files(&expired, &both)?,
            )
        },
        Case {
            // They approved the list.
            guardrails: true,
            ..refused(
                "root-approval-of-other-rules",
                "The leads approved other rules.",
                ("policy", "not-approved"),
                files(&of_other_rules, &both)?,
            )
        },
        refused(
            "root-approval-of-another-list",
            "The leads approved these rules, with another list of hidden items.",
            ("policy", "not-approved"),
            files(&of_another_list, &both)?,
        ),
    ])
}

/// Returns releases of a shop whose clients were shipped with the key of its approver, without the approver's word on their guarded rules.
///
/// # Errors
/// If a key is unusable, or the shop has no approver.
pub fn unapproved(shop: &Shop) -> Result<Vec<Case>, KeyError> {
    let lead = shop.next().approver.ok_or(KeyError::Role)?;
    let next = || Draft {
        approver: None,
        ..shop.next()
    };
    let dressed = SecretKey::from_digits(Role::Lead, &shop.policy.digits()).ok_or(KeyError::Digits)?;
    let approval = next().approval(lead.epoch);
    let of_other_rules = Approval {
        guarded: shop.last().policy,
        ..approval.clone()
    };
    Ok(vec![
        refused(
            "not-approved",
            "The policy key alone changes what must never be shown.",
            ("approval", "too-few-signatures"),
            next().files(shop)?,
        ),
        refused(
            "approval-of-other-rules",
            "The lead approved other rules than those that came.",
            ("policy", "not-approved"),
            next().approved(&of_other_rules, &[&*lead.key])?.files(shop)?,
        ),
        refused(
            "approved-by-the-policy-key",
            "Whoever signs policies approves them too.",
            ("approval", "wrong-role"),
            next().approved(&approval, &[&dressed])?.files(shop)?,
        ),
    ])
}

/// Returns the next release, with this approval signed by these keys.
fn release(shop: &Shop, approval: Option<(&Approval, &[&SecretKey])>) -> Result<Vec<File>, KeyError> {
    let roots = Roots::of_tests();
    let last = roots.last(shop)?;
    let [one, two] = &shop.leads;
    let root = Root {
        epoch: last.epoch + 1,
        ..last
    }
    .with(listed(Role::Lead, 2, &[one, two])?);
    let draft = shop.next_of_roots(roots.signed(&root)?);
    let draft: Draft = match approval {
        Some((approval, keys)) => draft.approved(approval, keys)?,
        None => draft,
    };
    draft.files(shop)
}
