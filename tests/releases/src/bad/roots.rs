//! Clients that trust root keys: what an origin can serve to them, with and without stolen keys.

use shelfwise_sync::{KeyError, Role, RoleKeys, Root, SecretKey, Validity, cosign};

use super::{older, refused};
use crate::case::{Case, File, Trusts, ended};
use crate::draft::{DAY_MS, Draft, HOUR_MS, Shop};
use crate::roots::{Roots, With as _, listed, signed_by};

/// A shop with its root keys.
struct World<'a> {
    shop: &'a Shop,
    roots: Roots,
}

/// Returns the cases of clients that trust root keys.
///
/// # Errors
/// If a key is unusable.
pub fn cases(shop: &Shop) -> Result<Vec<Case>, KeyError> {
    let world = World {
        shop,
        roots: Roots::of_tests(),
    };
    let groups = [
        world.good()?,
        world.signatures()?,
        world.times()?,
        world.lists()?,
        world.stolen_keys()?,
    ];
    let of_roots = |case| Case {
        trusts: Trusts::Root,
        ..case
    };
    Ok(groups.into_iter().flatten().map(of_roots).collect())
}

const TOO_FEW: &str = "too-few-signatures";

impl World<'_> {
    /// Returns the next release under a root statement, signed by the current keys.
    fn release(&self, root: &Root) -> Result<Vec<File>, KeyError> {
        self.shop.next_of_roots(self.roots.signed(root)?).files(self.shop)
    }

    /// Returns the next release under this frame, signed by the current keys.
    fn under(&self, frame: Vec<u8>) -> Result<Vec<File>, KeyError> {
        self.shop.next_of_roots(frame).files(self.shop)
    }

    /// Returns the next release under the next root statement, signed by the keys that it lists.
    fn rotated(&self, draft: impl FnOnce(Draft) -> Draft) -> Result<Vec<File>, KeyError> {
        let frame = self.roots.signed(&self.roots.next(self.shop)?)?;
        let draft = draft(self.shop.next_of_roots(frame));
        draft.files_by(&self.shop.other_release, &self.shop.other_policy)
    }

    fn good(&self) -> Result<Vec<Case>, KeyError> {
        let Self { shop, roots } = self;
        let last = roots.last(shop)?;
        let case = |name, words, remembering, files| Case {
            remembering: ended(remembering),
            forgetting: ended("new"),
            ..refused(name, words, ("", ""), files)
        };
        let [one, two, three] = &roots.shipped;
        let later_keys = Root {
            epoch: last.epoch + 1,
            ..last.clone()
        }
        .with(listed(Role::Root, 2, &[two, &roots.later])?);
        let later_role = Root {
            epoch: last.epoch + 1,
            ..last.clone()
        }
        .with(RoleKeys {
            role: 4,
            threshold: 1,
            keys: vec![[7; 32]],
        });
        Ok(vec![
            case(
                "root-good-unchanged",
                "The last release again, under the same root statement.",
                "unchanged",
                shop.last_of_roots(roots)?.files(shop)?,
            ),
            case(
                "root-good-next",
                "A new release under the same root statement.",
                "new",
                self.release(&last)?,
            ),
            case(
                "root-good-other-keys",
                "A new root statement lists another release key and another policy key.",
                "new",
                self.rotated(|draft| draft)?,
            ),
            case(
                "root-good-recovered",
                "The stolen release key used up epochs; the new root statement withdraws it, and an epoch of today is enough.",
                "new",
                self.rotated(|draft| Draft {
                    epoch: last.epoch + 2,
                    ..draft
                })?,
            ),
            case(
                "root-good-other-root-keys",
                "A new root statement lists other root keys, signed by keys of before and of now.",
                "new",
                self.under(signed_by(&later_keys, &[one, two, three, &roots.later])?)?,
            ),
            case(
                "root-good-two-must-sign",
                "A new root statement wants two signatures on releases and on policies, and they are there.",
                "new",
                self.twice_signed(true, true)?,
            ),
            case(
                "root-good-with-a-later-role",
                "A new root statement lists keys of a role that only later engines know.",
                "new",
                self.release(&later_role)?,
            ),
        ])
    }

    /// Returns a release under a root statement with a threshold of two for each role.
    fn twice_signed(&self, release: bool, policy: bool) -> Result<Vec<File>, KeyError> {
        let shop = self.shop;
        let root = Root {
            epoch: self.roots.last(shop)?.epoch + 1,
            ..self.roots.last(shop)?
        }
        .with(listed(Role::Release, 2, &[&shop.release, &shop.other_release])?)
        .with(listed(Role::Policy, 2, &[&shop.policy, &shop.other_policy])?);
        let mut draft = shop.next_of_roots(self.roots.signed(&root)?);
        let statement = shelfwise_sync::seal(&shop.policy, &draft.statement())?;
        draft.policy_signature = Some(if policy {
            cosign(&shop.other_policy, &statement)?
        } else {
            statement
        });
        let mut files = draft.files(shop)?;
        if let ([record, ..], true) = (&mut *files, release) {
            record.bytes = cosign(&shop.other_release, &record.bytes)?;
        }
        Ok(files)
    }

    fn signatures(&self) -> Result<Vec<Case>, KeyError> {
        let Self { shop, roots } = self;
        let last = roots.last(shop)?;
        let next = Root {
            epoch: last.epoch + 1,
            ..last
        };
        let [one, two, three] = &roots.shipped;
        let [stranger, other_stranger] = &roots.strangers;
        let mut flipped = roots.signed(&next)?;
        flipped.iter_mut().rev().take(1).for_each(|byte| *byte ^= 1);
        let mut twice = signed_by(&next, &[one])?;
        let first: Vec<u8> = twice.iter().copied().skip(6).take(72).collect();
        twice.splice(5..6, [vec![2], first].concat());
        let as_root = SecretKey::from_digits(Role::Root, &shop.release.digits());
        let as_root = as_root.ok_or(KeyError::Digits)?;
        let mut named = signed_by(&next, &[&as_root, two])?;
        named.splice(6..14, one.public()?.id().0);
        let taken_over = next.clone().with(listed(Role::Root, 2, &[stranger, other_stranger])?);
        let replaced = next.clone().with(listed(Role::Root, 2, &[&roots.later, stranger])?);
        let root = |name, words, code, frame| -> Result<Case, KeyError> {
            Ok(refused(name, words, ("root", code), self.under(frame)?).without_guardrails())
        };
        Ok(vec![
            root(
                "root-missing",
                "A release without a root statement, signed by the keys of before.",
                "not-recognized",
                Vec::new(),
            )?,
            root(
                "root-signed-by-strangers",
                "A root statement signed by keys that nobody was shipped with.",
                "unknown-key",
                signed_by(&next, &[stranger, other_stranger])?,
            )?,
            root(
                "root-signed-by-one",
                "One of three root keys was stolen.",
                TOO_FEW,
                signed_by(&next, &[one])?,
            )?,
            root(
                "root-signed-twice-by-one",
                "Two signatures of the one root key that was stolen.",
                TOO_FEW,
                twice,
            )?,
            root(
                "root-signed-by-the-release-key",
                "The pipeline signs a root statement, under the name of a root key.",
                "forged",
                named,
            )?,
            root(
                "root-bit-flipped",
                "One bit of a listed key is another.",
                "forged",
                flipped,
            )?,
            root(
                "root-keys-of-before-did-not-sign",
                "A root statement that lists the root keys of somebody else, who signed it.",
                "unknown-key",
                signed_by(&taken_over, &[stranger, other_stranger])?,
            )?,
            root(
                "root-new-keys-did-not-sign",
                "A root statement lists new root keys whose holders did not sign it: nobody knows whether they have them.",
                TOO_FEW,
                roots.signed(&replaced)?,
            )?,
            Case {
                forgetting: ended("new"),
                guardrails: true,
                ..root(
                    "root-signed-by-a-withdrawn-root-key",
                    "Signed with a root key that clients were shipped with, and that the last root statement withdrew.",
                    TOO_FEW,
                    signed_by(&next.with(listed(Role::Root, 2, &[one, three])?), &[one, three])?,
                )?
            },
        ])
    }

    fn times(&self) -> Result<Vec<Case>, KeyError> {
        let now = self.shop.now_ms;
        let last = self.roots.last(self.shop)?;
        let epoch = |epoch| Root { epoch, ..last.clone() };
        let during = |created_ms, expires_ms| Root {
            validity: Validity { created_ms, expires_ms },
            ..epoch(last.epoch + 1)
        };
        let same_epoch = during(now - HOUR_MS, now + DAY_MS);
        let root = |name, words, code, root: &Root| -> Result<Case, KeyError> {
            Ok(refused(name, words, ("root", code), self.release(root)?).without_guardrails())
        };
        Ok(vec![
            older(
                "root-rolled-back",
                "A root statement from before the last one, signed and in its time.",
                "root",
                self.release(&epoch(last.epoch - 1))?,
            ),
            older(
                "root-epoch-given-twice",
                "Another root statement under the number of the last one.",
                "root",
                self.release(&Root {
                    epoch: last.epoch,
                    ..same_epoch
                })?,
            ),
            root(
                "root-epoch-far-ahead",
                "A root statement with a number that no later one could top.",
                "from-the-future",
                &epoch(u64::MAX),
            )?,
            root(
                "root-from-the-future",
                "A root statement made in two days.",
                "from-the-future",
                &during(now + 2 * DAY_MS, now + 5 * DAY_MS),
            )?,
            root(
                "root-expired",
                "Nobody renewed the root statement.",
                "expired",
                &during(now - 90 * DAY_MS, now - 1),
            )?,
            root(
                "root-lives-too-long",
                "A root statement that would hold for more than 365 days.",
                "lives-too-long",
                &during(now - HOUR_MS, now + 365 * DAY_MS),
            )?,
        ])
    }

    fn lists(&self) -> Result<Vec<Case>, KeyError> {
        let shop = self.shop;
        let last = self.roots.last(shop)?;
        let next = || Root {
            epoch: last.epoch + 1,
            ..last.clone()
        };
        let mut no_policy = next();
        no_policy.roles.retain(|listed| listed.role != Role::Policy as u8);
        let as_policy = SecretKey::from_digits(Role::Policy, &shop.release.digits()).ok_or(KeyError::Digits)?;
        let root = |name, words, root: Root| -> Result<Case, KeyError> {
            Ok(refused(name, words, ("root", "malformed"), self.release(&root)?).without_guardrails())
        };
        Ok(vec![
            root(
                "root-without-a-policy-key",
                "A root statement without a key for policies.",
                no_policy,
            )?,
            root(
                "root-threshold-out-of-reach",
                "A root statement that wants more signatures than there are keys.",
                next().with(listed(Role::Release, 2, &[&shop.release])?),
            )?,
            root(
                "root-threshold-of-none",
                "A root statement that wants no signature on policies.",
                next().with(listed(Role::Policy, 0, &[&shop.policy])?),
            )?,
            root(
                "root-one-key-in-two-roles",
                "A root statement that lets the release key sign policies.",
                next().with(listed(Role::Policy, 1, &[&as_policy])?),
            )?,
        ])
    }

    fn stolen_keys(&self) -> Result<Vec<Case>, KeyError> {
        let Self { shop, roots } = self;
        let last = roots.last(shop)?;
        let next = roots.signed(&roots.next(shop)?)?;
        let draft = shop.next_of_roots(next);
        let added = Root {
            epoch: last.epoch + 1,
            ..last.clone()
        }
        .with(listed(Role::Release, 1, &[&shop.release, &shop.other_release])?);
        let added = Draft {
            epoch: last.epoch + 2,
            ..shop.next_of_roots(roots.signed(&added)?)
        };
        let release = |name, words, code, files| refused(name, words, ("release", code), files).without_guardrails();
        let policy =
            |name, words, code, files| refused(name, words, ("policy-signature", code), files).without_guardrails();
        Ok(vec![
            release(
                "root-release-by-a-withdrawn-key",
                "Signed with the release key that the root statement in it withdraws.",
                "unknown-key",
                draft.files_by(&shop.release, &shop.other_policy)?,
            ),
            policy(
                "root-policy-by-a-withdrawn-key",
                "Rules signed with the policy key that the root statement in it withdraws.",
                "unknown-key",
                draft.files_by(&shop.other_release, &shop.policy)?,
            ),
            policy(
                "root-policy-by-the-release-key",
                "The pipeline signs rules of its own.",
                "wrong-role",
                self.policy_by_release_key()?,
            ),
            release(
                "root-release-signed-by-one-of-two",
                "Two keys must sign releases, and one was stolen.",
                TOO_FEW,
                self.twice_signed(false, true)?,
            ),
            policy(
                "root-policy-signed-by-one-of-two",
                "Two keys must sign policies, and one was stolen.",
                TOO_FEW,
                self.twice_signed(true, false)?,
            ),
            older(
                "root-recovery-goes-no-further-back",
                "After the release key was withdrawn: a release of the new key from before the root statement.",
                "release",
                self.rotated(|draft| Draft {
                    epoch: last.epoch + 1,
                    ..draft
                })?,
            ),
            older(
                "root-adds-a-key-and-epochs-go-on",
                "A root statement that withdraws no key, and a release older than the last one.",
                "release",
                added.files_by(&shop.other_release, &shop.policy)?,
            ),
        ])
    }

    fn policy_by_release_key(&self) -> Result<Vec<File>, KeyError> {
        let Self { shop, roots } = self;
        let mut draft = shop.next_of_roots(roots.signed(&roots.last(shop)?)?);
        let mut signature = shelfwise_sync::seal(&shop.release, &draft.statement())?;
        signature.splice(4..5, [Role::Policy as u8]);
        draft.policy_signature = Some(signature);
        draft.files(shop)
    }
}
