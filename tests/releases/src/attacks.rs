//! Named attacks on software updates, and the cases of each.
//!
//! The names are those of The Update Framework (<https://theupdateframework.io/docs/security/>).

/// An attack.
#[derive(Clone, Copy, Debug)]
pub struct Attack {
    /// Its name.
    pub name: &'static str,
    /// The cases of the table in which an origin attempts it.
    pub cases: &'static [&'static str],
}

/// Every attack that TUF lists.
pub const ATTACKS: [Attack; 11] = [
    Attack {
        name: "arbitrary software installation",
        cases: &[
            "forged-signature",
            "unknown-key",
            "bit-flipped-snapshot",
            "root-signed-by-strangers",
        ],
    },
    Attack {
        name: "endless data",
        cases: &[
            "release-too-long",
            "wrong-length",
            "decompression-bomb",
            "snapshot-over-the-limit",
        ],
    },
    Attack {
        name: "extraneous dependencies",
        cases: &["two-snapshots", "artefact-of-a-later-engine"],
    },
    Attack {
        name: "fast-forward",
        cases: &[
            "epoch-far-ahead",
            "epoch-two-days-ahead",
            "policy-epoch-far-ahead",
            "root-epoch-far-ahead",
            "root-recovery-goes-no-further-back",
        ],
    },
    Attack {
        name: "indefinite freeze",
        cases: &[
            "expired",
            "policy-expired",
            "root-expired",
            "root-approval-expired",
            "lives-too-long",
            "root-lives-too-long",
        ],
    },
    Attack {
        name: "malicious mirrors",
        cases: &[
            "release-missing",
            "release-is-a-page",
            "snapshot-missing",
            "hidden-list-missing",
        ],
    },
    Attack {
        name: "mix-and-match",
        cases: &["mixed-artefacts", "policy-exchanged", "root-policy-by-a-withdrawn-key"],
    },
    Attack {
        name: "rollback",
        cases: &[
            "epoch-rolled-back",
            "policy-rolled-back",
            "root-rolled-back",
            "epoch-given-twice",
        ],
    },
    Attack {
        name: "slow retrieval",
        cases: &["truncated-snapshot"],
    },
    Attack {
        name: "vulnerability to key compromises",
        cases: &[
            "facts-signed-by-the-release-key",
            "policy-signed-by-the-release-key",
            "root-signed-by-one",
            "root-signed-twice-by-one",
            "root-signed-by-a-withdrawn-root-key",
            "root-release-by-a-withdrawn-key",
            "root-release-signed-by-one-of-two",
            "root-policy-signed-by-one-of-two",
            "root-not-approved",
            "root-approved-by-one-of-two",
            "root-approved-by-the-policy-key",
            "root-approval-of-other-rules",
            "root-approval-of-another-list",
        ],
    },
    Attack {
        name: "wrong software installation",
        cases: &["another-file-of-the-release"],
    },
];
