//! Approval of guarded rules: keys of their own, an epoch of their own, and ordinary rules that need none.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking, its helpers too"
)]

use std::sync::Arc;

use shelfwise_releases::{
    Approval, Approver, Case, DAY_MS, Draft, File, HOUR_MS, NOW_MS, Roots, Shop, With as _, hostile, listed, unapproved,
};
use shelfwise_sync::approval::guarded;
use shelfwise_sync::{
    Client, EngineVersion, FetchError, Installed, Memory, Outcome, PublicKey, Role, Root, SecretKey, TrustedKeys,
    Update, UpdateResult, Validity,
};

/// A policy of format 3: a guarded section, and ordinary rules behind it.
fn policy(guarded: &str, ordinary: &str) -> Vec<u8> {
    let length = u32::try_from(guarded.len()).unwrap().to_le_bytes();
    [
        b"SWP\x03\x00\x01\x00",
        &length[..],
        guarded.as_bytes(),
        ordinary.as_bytes(),
    ]
    .concat()
}

/// Counts releases and policies up, so that none is refused for its own epoch.
struct Publisher {
    shop: Shop,
    epoch: u64,
}

impl Publisher {
    fn new() -> Self {
        let shop = Shop::at(NOW_MS);
        let epoch = 1_000;
        Self { shop, epoch }
    }

    /// Returns keys of a client: release, policy and a lead key.
    fn keys(&self) -> TrustedKeys {
        let [release, policy, ..] = self.shop.trusted().unwrap();
        let lead: PublicKey = self.shop.leads[0].public().unwrap();
        TrustedKeys::new(&[release, policy, lead]).unwrap()
    }

    fn draft(&mut self, policy: Vec<u8>) -> Draft {
        self.epoch += 1;
        Draft {
            epoch: self.epoch,
            policy_epoch: self.epoch,
            policy,
            ..self.shop.next()
        }
    }

    fn approval(&self, epoch: u64, policy: &[u8]) -> Approval {
        Approval {
            epoch,
            validity: Validity {
                created_ms: NOW_MS - HOUR_MS,
                expires_ms: NOW_MS + 100 * DAY_MS,
            },
            guarded: guarded(policy).to_vec(),
            hidden: self.shop.next().hidden,
        }
    }

    /// Publishes a policy with the approval of another one.
    fn publish(&mut self, policy: &[u8], approval: &Approval) -> Vec<File> {
        let draft = self.draft(policy.to_vec());
        let leads = [&self.shop.leads[0]];
        draft.approved(approval, &leads).unwrap().files(&self.shop).unwrap()
    }
}

fn update(keys: &TrustedKeys, memory: &Memory, files: &[File]) -> UpdateResult {
    let client = Client {
        engine: EngineVersion::default(),
        installed: Installed::LastGood,
    };
    let mut update = Update::new(keys.clone(), memory.clone(), client, NOW_MS);
    while let Some(request) = update.request() {
        let file = files.iter().find(|file| file.path == request.path);
        update.answer(file.map(|file| file.bytes.clone()).ok_or(FetchError::Missing));
    }
    update.finish().unwrap()
}

fn refusal(ended: &UpdateResult) -> (&'static str, &'static str) {
    match &ended.outcome {
        Outcome::Kept(reason) | Outcome::StoreOrder(reason) => reason.codes(),
        taken => panic!("it was taken: {taken:?}"),
    }
}

#[test]
fn ordinary_rules_change_under_the_approval_that_is_there() {
    let mut publisher = Publisher::new();
    let keys = publisher.keys();
    let first = policy("hide wine", "pin tea");
    let approval = publisher.approval(1, &first);
    let ended = update(&keys, &Memory::default(), &publisher.publish(&first, &approval));
    assert_eq!(ended.outcome, Outcome::New);
    let pins = publisher.publish(&policy("hide wine", "pin coffee"), &approval);
    assert_eq!(update(&keys, &ended.memory, &pins).outcome, Outcome::New);
}

#[test]
fn guarded_rules_changed_by_the_policy_key_alone_are_refused() {
    let mut publisher = Publisher::new();
    let keys = publisher.keys();
    let first = policy("hide wine", "pin tea");
    let approval = publisher.approval(1, &first);
    let ended = update(&keys, &Memory::default(), &publisher.publish(&first, &approval));
    for changed in [
        policy("hide beer", "pin tea"),
        policy("", "hide winepin tea"),
        policy("hide wine pin tea", ""),
    ] {
        let files = publisher.publish(&changed, &approval);
        let refused = update(&keys, &ended.memory, &files);
        assert!(matches!(refused.outcome, Outcome::Kept(_)));
        assert_eq!(refusal(&refused), ("policy", "not-approved"));
        let forgetting = update(&keys, &Memory::default(), &files);
        assert_eq!(refusal(&forgetting), ("policy", "not-approved"));
    }
}

/// The lead does not sign policies: an ordinary rule is up to the policy key.
#[test]
fn ordinary_rules_changed_by_the_lead_key_alone_are_refused() {
    let mut publisher = Publisher::new();
    let changed = policy("hide wine", "pin coffee");
    let approval = publisher.approval(1, &changed);
    let by_lead = SecretKey::from_digits(Role::Policy, &publisher.shop.leads[0].digits()).unwrap();
    let draft = publisher.draft(changed);
    let draft = draft.approved(&approval, &[&publisher.shop.leads[0]]).unwrap();
    let files = draft.files_by(&publisher.shop.release, &by_lead).unwrap();
    let refused = update(&publisher.keys(), &Memory::default(), &files);
    assert_eq!(refusal(&refused), ("policy-signature", "wrong-role"));
}

/// Rules that were withdrawn were approved once, and nobody can go back to them.
#[test]
fn approval_older_than_the_last_one_is_refused() {
    let mut publisher = Publisher::new();
    let keys = publisher.keys();
    let [old, new] = [policy("hide wine", ""), policy("hide beer", "")];
    let [old_approval, new_approval] = [publisher.approval(1, &old), publisher.approval(2, &new)];
    let ended = update(&keys, &Memory::default(), &publisher.publish(&new, &new_approval));
    let memory = Memory::decode(&ended.memory.encode());
    assert_eq!(memory, ended.memory);
    let refused = update(&keys, &memory, &publisher.publish(&old, &old_approval));
    assert_eq!(refusal(&refused), ("approval", "rolled-back"));
    let again = publisher.approval(3, &old);
    assert_eq!(
        update(&keys, &memory, &publisher.publish(&old, &again)).outcome,
        Outcome::New
    );
}

#[test]
fn approval_ends_the_release_with_its_own_end() {
    let mut publisher = Publisher::new();
    let rules = policy("hide wine", "");
    let approval = Approval {
        validity: Validity {
            created_ms: NOW_MS - HOUR_MS,
            expires_ms: NOW_MS + HOUR_MS,
        },
        ..publisher.approval(1, &rules)
    };
    let ended = update(
        &publisher.keys(),
        &Memory::default(),
        &publisher.publish(&rules, &approval),
    );
    assert_eq!(ended.loaded.unwrap().release.expires_ms(), NOW_MS + HOUR_MS);
}

#[test]
fn client_without_lead_keys_takes_what_nobody_approved() {
    let mut publisher = Publisher::new();
    let [release, policy_key, ..] = publisher.shop.trusted().unwrap();
    let keys = TrustedKeys::new(&[release, policy_key]).unwrap();
    let draft = publisher.draft(policy("hide wine", ""));
    let files = draft.files(&publisher.shop).unwrap();
    assert_eq!(update(&keys, &Memory::default(), &files).outcome, Outcome::New);
}

/// The threshold is the root's, whatever the release says.
#[test]
fn approval_needs_as_many_leads_as_the_root_demands() {
    let (mut publisher, roots) = (Publisher::new(), Roots::of_tests());
    let keys = TrustedKeys::new(&roots.trusted().unwrap()).unwrap();
    let rules = policy("hide wine", "");
    let approval = publisher.approval(1, &rules);
    let shop = Shop::at(NOW_MS);
    let [one, two] = &shop.leads;
    let mut outcomes = Vec::new();
    for (threshold, leads) in [(1, &[one][..]), (2, &[one, two]), (2, &[two])] {
        let root: Root = roots.last(&shop).unwrap();
        let root = root.with(listed(Role::Lead, threshold, &[one, two]).unwrap());
        let draft = Draft {
            root: roots.signed(&root).unwrap(),
            ..publisher.draft(rules.clone())
        };
        let files = draft.approved(&approval, leads).unwrap().files(&shop).unwrap();
        outcomes.push(update(&keys, &Memory::default(), &files).outcome);
    }
    let [one_of_one, two_of_two, one_of_two] = outcomes[..] else {
        panic!()
    };
    assert_eq!((one_of_one, two_of_two), (Outcome::New, Outcome::New));
    let Outcome::StoreOrder(reason) = one_of_two else {
        panic!("{one_of_two:?}")
    };
    assert_eq!(reason.codes(), ("approval", "too-few-signatures"));
    assert_eq!(reason.to_string().split(" (").nth(1), Some("1 of 2)"));
}

/// What a policy hides counts without an engine too, and only if the lead has approved it.
#[test]
fn hidden_list_that_nobody_approved_is_not_applied() {
    let mut publisher = Publisher::new();
    let draft = publisher.draft(policy("hide wine", ""));
    let files = draft.files(&publisher.shop).unwrap();
    let ended = update(&publisher.keys(), &Memory::default(), &files);
    assert_eq!((refusal(&ended).0, ended.hidden), ("approval", None));
}

/// A shop whose clients were shipped with a lead key: what is wrong with each release is what is said, not a missing approval.
#[test]
fn releases_of_an_approving_shop_are_refused_for_their_own_defect() {
    let trusted = Shop::at(NOW_MS).trusted().unwrap();
    let [key, _] = Shop::at(NOW_MS).leads;
    let lead = key.public().unwrap();
    let shop = Shop {
        approver: Some(Approver {
            key: Arc::new(key),
            epoch: 7,
        }),
        ..Shop::at(NOW_MS)
    };
    let keys = TrustedKeys::new(&[&trusted[..], &[lead]].concat()).unwrap();
    let last = update(&keys, &Memory::default(), &shop.last().files(&shop).unwrap());
    assert_eq!(last.outcome, Outcome::New);
    let cases = [hostile(&shop).unwrap(), unapproved(&shop).unwrap()].concat();
    // What is compressed on its way is for hosts to unpack.
    let is_plain = |case: &Case| case.files.iter().all(|file| file.encoding.is_none());
    for case in cases.into_iter().filter(is_plain) {
        let ended = update(&keys, &last.memory, &case.files);
        let (what, why) = (case.remembering.what.unwrap(), case.remembering.why.unwrap());
        assert_eq!(refusal(&ended), (what, why), "{}", case.name);
    }
}
