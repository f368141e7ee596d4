//! Attacks on facts by a holder of the release key alone, and facts that did not arrive.

use shelfwise_sync::{KeyError, Role, SecretKey, Validity};

use super::refused;
use crate::case::Case;
use crate::draft::{DAY_MS, Draft, HOUR_MS, Shop, next_facts};

/// The facts file among the files of a release with facts.
const FACTS: usize = 2;

/// Returns releases with facts that the facts key did not sign, or not for this time, or that are not what was signed.
pub fn cases(shop: &Shop) -> Result<Vec<Case>, KeyError> {
    let now = shop.now_ms;
    let signed_by = |key: &SecretKey, epoch, created_ms, expires_ms| -> Result<Draft, KeyError> {
        let validity = Validity { created_ms, expires_ms };
        shop.next().with_facts(next_facts(), key, epoch, validity)
    };
    let by = |key: &SecretKey| signed_by(key, now, now - HOUR_MS, now + DAY_MS);
    let mut dressed = by(&shop.release)?;
    dressed.facts.iter_mut().for_each(|(_, frame)| {
        frame.splice(4..5, [Role::Facts as u8]);
    });
    let stranger = SecretKey::from_bytes(Role::Facts, b"shelfwise test key of a stranger");
    let good = by(&shop.facts)?;
    let mut flipped = good.files(shop)?;
    if let Some(byte) = flipped.get_mut(FACTS).and_then(|file| file.bytes.last_mut()) {
        *byte ^= 1;
    }
    let mut missing = good.files(shop)?;
    missing.remove(FACTS);
    Ok(vec![
        refused(
            "facts-signed-by-the-release-key",
            "The pipeline signs facts of its own.",
            ("facts-signature", "wrong-role"),
            dressed.files(shop)?,
        ),
        refused(
            "facts-signed-by-a-stranger",
            "Facts signed by a key that is not pinned.",
            ("facts-signature", "unknown-key"),
            by(&stranger)?.files(shop)?,
        ),
        refused(
            "facts-expired",
            "Facts whose time is over.",
            ("facts-signature", "expired"),
            signed_by(&shop.facts, now, now - 9 * DAY_MS, now - DAY_MS)?.files(shop)?,
        ),
        refused(
            "facts-epoch-far-ahead",
            "Facts with a number that no later ones could top.",
            ("facts-signature", "from-the-future"),
            signed_by(&shop.facts, u64::MAX, now - HOUR_MS, now + DAY_MS)?.files(shop)?,
        ),
        refused(
            "facts-bit-flipped",
            "One bit of the facts is another.",
            ("facts", "damaged"),
            flipped,
        ),
        refused(
            "facts-missing",
            "The facts are not there.",
            ("facts", "missing"),
            missing,
        ),
    ])
}
