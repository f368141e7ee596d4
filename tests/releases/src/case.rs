//! A case: what an origin serves, and the expected outcome of a client.

use serde::Serialize;
use shelfwise_sync::{
    Artefact, Blob, Client, Enclosed, EngineVersion, FetchError, Installed, KeyError, Kind, Memory, PublicKey,
    TrustedKeys, Update, Validity, cosign, seal,
};

use crate::bad::{approvals, hostile, roots};
use crate::draft::{DAY_MS, Draft, HOUR_MS, Shop, next_facts};
use crate::roots::Roots;

/// A file of an origin.
#[derive(Clone, Debug, Serialize)]
pub struct File {
    /// Path relative to the case's folder.
    pub path: String,
    /// Its `Content-Encoding`, if it has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub encoding: Option<&'static str>,
    /// The content.
    #[serde(skip)]
    pub bytes: Vec<u8>,
}

impl File {
    /// Returns a file without content encoding.
    #[must_use]
    pub fn plain(path: &str, bytes: Vec<u8>) -> Self {
        Self {
            path: path.into(),
            encoding: None,
            bytes,
        }
    }
}

/// Expected outcome of an update.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Expected {
    /// `new`, `unchanged`, `kept` or `store-order`.
    pub outcome: &'static str,
    /// The part with a defect.
    pub what: Option<&'static str>,
    /// The defect.
    pub why: Option<&'static str>,
}

/// The keys shipped with a client.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Trusts {
    /// Release keys and policy keys.
    Keys,
    /// Root keys.
    Root,
}

/// One case.
#[derive(Clone, Debug, Serialize)]
pub struct Case {
    /// Name of the case and of its folder.
    pub name: &'static str,
    /// Description of what the origin does.
    pub words: &'static str,
    /// The keys that its clients trust; these determine their memory too.
    pub trusts: Trusts,
    /// Outcome of a client with the memory of the last good release, whether or not its files are loaded.
    pub remembering: Expected,
    /// Outcome of a client without memory.
    pub forgetting: Expected,
    /// Whether a client without memory ends with the verified list of hidden ids, even if the release is refused.
    pub guardrails: bool,
    /// The files at the origin. Any other path is a 404.
    pub files: Vec<File>,
}

/// All cases, with the inputs of their clients.
#[derive(Clone, Debug, Serialize)]
pub struct Table {
    /// The client's time, in milliseconds since 1970.
    pub now_ms: u64,
    /// Version of the client's engine.
    pub engine: &'static str,
    /// The keys that the client trusts. Test keys: nobody else may trust them.
    pub keys: Vec<String>,
    /// The root keys that clients of the other kind trust.
    pub root_keys: Vec<String>,
    /// Files at every case's origin, unless the case has others at their paths: those of the last good release, in the
    /// folder `last-good`.
    pub last_good: Vec<File>,
    /// Memory of a client that has the last good release; in the file `memory`.
    #[serde(skip)]
    pub memory: Vec<u8>,
    /// The same for a client that trusts the root keys; in the file `root-memory`.
    #[serde(skip)]
    pub root_memory: Vec<u8>,
    /// The cases.
    pub cases: Vec<Case>,
}

impl Table {
    /// Returns the keys that a case's clients trust.
    #[must_use]
    pub fn keys_of(&self, case: &Case) -> &[String] {
        match case.trusts {
            Trusts::Keys => &self.keys,
            Trusts::Root => &self.root_keys,
        }
    }

    /// Returns the memory of a case's client that has the last good release.
    #[must_use]
    pub fn memory_of(&self, case: &Case) -> &[u8] {
        match case.trusts {
            Trusts::Keys => &self.memory,
            Trusts::Root => &self.root_memory,
        }
    }

    /// Returns the case whose origin serves the last good release of this case's clients.
    #[must_use]
    pub fn unchanged_of(&self, case: &Case) -> Option<&Case> {
        let is_unchanged = |other: &&Case| other.trusts == case.trusts && other.remembering.outcome == "unchanged";
        self.cases.iter().find(is_unchanged)
    }
}

/// Version of the clients' engine.
pub const ENGINE: &str = "0.1.0";

/// Returns the table at a time.
///
/// # Errors
/// If a test key is unusable.
pub fn table(now_ms: u64) -> Result<Table, KeyError> {
    let shop = Shop::at(now_ms);
    let roots = Roots::of_tests();
    let [last_good, of_roots] = [shop.last(), shop.last_of_roots(&roots)?].map(|last| last.files(&shop));
    let (last_good, of_roots) = (last_good?, of_roots?);
    let cases = [
        good(&shop)?,
        hostile(&shop)?,
        roots::cases(&shop)?,
        approvals::cases(&shop)?,
    ];
    let (keys, root_keys) = (shop.trusted()?, roots.trusted()?);
    Ok(Table {
        now_ms,
        engine: ENGINE,
        keys: keys.iter().map(ToString::to_string).collect(),
        root_keys: root_keys.iter().map(ToString::to_string).collect(),
        memory: memory(&keys, now_ms, &last_good)?,
        root_memory: memory(&root_keys, now_ms, &of_roots)?,
        last_good: last_good.into_iter().filter(|file| file.path != "release").collect(),
        cases: cases.into_iter().flatten().collect(),
    })
}

/// Returns the cases of a well-behaved origin.
fn good(shop: &Shop) -> Result<Vec<Case>, KeyError> {
    let same_policy = Draft {
        policy: shop.last().policy,
        policy_signature: Some(seal(&shop.policy, &shop.last().statement())?),
        ..shop.next()
    };
    let case = |name, words, remembering, files| Case {
        name,
        words,
        trusts: Trusts::Keys,
        remembering: ended(remembering),
        forgetting: ended("new"),
        guardrails: true,
        files,
    };
    let mut signed_twice = shop.next().files(shop)?;
    if let [record, ..] = &mut *signed_twice {
        record.bytes = cosign(&shop.stranger, &record.bytes)?;
    }
    let optional = Draft {
        more: vec![later_artefact(0, LATER)],
        statements: vec![Enclosed {
            flags: 0,
            frame: later_statement(shop)?,
        }],
        root: b"a frame of the root keys".to_vec(),
        ..shop.next()
    };
    let of_facts = Validity {
        created_ms: shop.now_ms - HOUR_MS,
        expires_ms: shop.now_ms + DAY_MS,
    };
    let with_facts = shop
        .next()
        .with_facts(next_facts(), &shop.facts, shop.now_ms, of_facts)?;
    let hides_nothing = Draft {
        hidden: Vec::new(),
        ..shop.next()
    };
    Ok(vec![
        case(
            "good-next",
            "A new model and new rules.",
            "new",
            shop.next().files(shop)?,
        ),
        case(
            "good-same-policy",
            "A new model under the rules of the last release, signed once.",
            "new",
            same_policy.files(shop)?,
        ),
        case(
            "good-unchanged",
            "The last release again.",
            "unchanged",
            shop.last().files(shop)?,
        ),
        case(
            "good-other-keys",
            "A new release after a change of both keys.",
            "new",
            shop.next().files_by(&shop.other_release, &shop.other_policy)?,
        ),
        case(
            "good-signed-twice",
            "A new release, signed by a key that clients do not know, too.",
            "new",
            signed_twice,
        ),
        case(
            "good-with-what-is-optional",
            "A new release with a statement and an artefact that only later engines know, and a root for other clients.",
            "new",
            optional.files(shop)?,
        ),
        case(
            "good-with-facts",
            "A new release with facts of its model's items, signed by the facts key.",
            "new",
            with_facts.files(shop)?,
        ),
        Case {
            guardrails: false,
            ..case(
                "good-hiding-nothing",
                "A new release whose rules have no list of hidden ids.",
                "new",
                hides_nothing
                    .files(shop)?
                    .into_iter()
                    .filter(|file| !file.bytes.is_empty())
                    .collect(),
            )
        },
    ])
}

/// A kind of artefact that this engine does not know.
const LATER: Kind = Kind(77);

/// Returns an artefact that only later engines know.
pub fn later_artefact(flags: u8, kind: Kind) -> Artefact {
    let blob = Blob {
        sha256: [7; 32],
        bytes: 70_000,
    };
    Artefact {
        flags,
        ..Artefact::whole(kind, blob)
    }
}

/// Returns a statement of a role that only later engines know.
pub fn later_statement(shop: &Shop) -> Result<Vec<u8>, KeyError> {
    let mut frame = seal(&shop.other_policy, b"words of a later engine")?;
    // The role follows the magic; 4 is that of trends.
    frame.iter_mut().skip(4).take(1).for_each(|role| *role = 4);
    Ok(frame)
}

pub fn ended(outcome: &'static str) -> Expected {
    Expected {
        outcome,
        what: None,
        why: None,
    }
}

/// Returns the memory of a client after it has loaded these files.
fn memory(keys: &[PublicKey], now_ms: u64, files: &[File]) -> Result<Vec<u8>, KeyError> {
    let client = Client {
        engine: EngineVersion::default(),
        installed: Installed::Nothing,
    };
    let trusted_keys = TrustedKeys::new(keys).map_err(|_| KeyError::Weak)?;
    let mut update = Update::new(trusted_keys, Memory::default(), client, now_ms);
    while let Some(request) = update.request() {
        let file = files.iter().find(|file| file.path == request.path);
        let answer = file.map(|file| file.bytes.clone()).ok_or(FetchError::Missing);
        update.answer(answer);
    }
    Ok(update.finish().map(|ended| ended.memory.encode()).unwrap_or_default())
}
