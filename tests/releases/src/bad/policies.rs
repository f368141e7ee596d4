//! Attacks on rules and on the list of hidden ids by a holder of the release key alone.

use shelfwise_sync::{Artefact, Blob, KeyError, Kind, Role, SecretKey, Statement, Validity, seal};

use super::{HIDDEN, POLICY, older, refused, with_file};
use crate::case::Case;
use crate::draft::{DAY_MS, Draft, HOUR_MS, Shop, hides};

/// Returns releases with rules or lists that the policy key did not sign, or not for this time.
pub fn cases(shop: &Shop) -> Result<Vec<Case>, KeyError> {
    let now = shop.now_ms;
    let next = shop.next();
    let signed = |signature: Vec<u8>| Draft {
        policy_signature: Some(signature),
        ..shop.next()
    };
    let during = |created_ms, expires_ms| Draft {
        policy_validity: Validity { created_ms, expires_ms },
        ..shop.next()
    };
    // What a holder of the release key, and no other, can do.
    let mut dressed = seal(&shop.release, &next.statement())?;
    dressed.splice(4..5, [Role::Policy as u8]);
    let as_policy_key = SecretKey::from_digits(Role::Policy, &shop.release.digits()).unwrap_or_else(|| {
        // Any 32 bytes are valid digits: this cannot fail.
        SecretKey::from_bytes(Role::Policy, &[0; 32])
    });
    let mut named = seal(&as_policy_key, &next.statement())?;
    named.splice(6..14, shop.policy.public()?.id().0);
    let strange = seal(&shop.strange_policy, &next.statement())?;
    let withdrawn = Draft {
        policy_epoch: shop.policy_epoch - 1,
        policy: hides("Shelf 0"),
        ..shop.next()
    };
    let far_ahead = Draft {
        policy_epoch: u64::MAX,
        ..shop.next()
    };
    let rest = Statement {
        epoch: shop.policy_epoch + 1,
        validity: next.policy_validity,
        artefacts: Blob::of(&next.hidden)
            .map(|blob| Artefact::whole(Kind::HIDDEN, blob))
            .into_iter()
            .collect(),
    };
    let rest = rest.encode();
    let mut no_list = next.files(shop)?;
    no_list.remove(HIDDEN);
    let shows_all = |bytes: &mut Vec<u8>| *bytes = shelfwise_core::Policy::default().encode();
    Ok(vec![
        refused(
            "policy-signed-by-the-release-key",
            "The pipeline signs rules of its own.",
            ("policy-signature", "wrong-role"),
            signed(dressed).files(shop)?,
        )
        .without_guardrails(),
        refused(
            "policy-signature-forged",
            "The pipeline signs rules of its own, under the name of the policy key.",
            ("policy-signature", "forged"),
            signed(named).files(shop)?,
        )
        .without_guardrails(),
        refused(
            "policy-signed-by-a-stranger",
            "Rules signed by a key that is not pinned.",
            ("policy-signature", "unknown-key"),
            signed(strange).files(shop)?,
        )
        .without_guardrails(),
        refused(
            "policy-without-a-signature",
            "A release without a word of the policy key.",
            ("policy-signature", "not-recognized"),
            signed(Vec::new()).files(shop)?,
        )
        .without_guardrails(),
        refused(
            "policy-exchanged",
            "Rules that hide nothing, at the path of those that were signed.",
            ("policy", "cut-short"),
            with_file(shop, POLICY, shows_all)?,
        ),
        refused(
            "policy-bit-flipped",
            "One letter of a rule is another.",
            ("policy", "damaged"),
            with_file(shop, POLICY, |bytes| *bytes.last_mut().unwrap_or(&mut 0) ^= 1)?,
        ),
        older(
            "policy-rolled-back",
            "A new release with rules that were withdrawn, in their time and signed by the policy key.",
            "policy-signature",
            withdrawn.files(shop)?,
        ),
        older(
            "policy-rolled-back-by-another-key",
            "A new release with rules that were withdrawn, signed by a policy key that is trusted too.",
            "policy-signature",
            withdrawn.files_by(&shop.release, &shop.other_policy)?,
        ),
        refused(
            "policy-epoch-far-ahead",
            "Rules with a number that no later ones could top.",
            ("policy-signature", "from-the-future"),
            far_ahead.files(shop)?,
        )
        .without_guardrails(),
        refused(
            "policy-without-rules",
            "A signature of the policy key over a list of hidden ids alone.",
            ("policy-signature", "malformed"),
            signed(seal(&shop.policy, &rest)?).files(shop)?,
        )
        .without_guardrails(),
        refused(
            "hidden-list-exchanged",
            "A list that hides nothing, at the path of the one that was signed.",
            ("hidden", "cut-short"),
            with_file(shop, HIDDEN, |bytes| *bytes = b"{}".to_vec())?,
        )
        .without_guardrails(),
        refused(
            "hidden-list-missing",
            "There is no list of hidden ids.",
            ("hidden", "missing"),
            no_list,
        )
        .without_guardrails(),
        refused(
            "policy-expired",
            "A new release with rules that nobody signed anew.",
            ("policy-signature", "expired"),
            during(now - 20 * DAY_MS, now - 1).files(shop)?,
        ),
        refused(
            "policy-lives-too-long",
            "Rules that would hold for more than 31 days.",
            ("policy-signature", "lives-too-long"),
            during(now - HOUR_MS, now + 31 * DAY_MS).files(shop)?,
        ),
    ])
}
