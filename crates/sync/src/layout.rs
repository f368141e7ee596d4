//! Constants of the format, and limits that clients enforce on a release.

/// First bytes of every signed frame; the fourth is the version.
pub const MAGIC: [u8; 4] = *b"SWR\x02";
/// First bytes of a policy's signature in format 1, which had its own magic.
pub(crate) const MAGIC_OF_FORMAT_1: [u8; 4] = *b"SWS\x01";
/// Length of a key id in bytes: a prefix of the public key's SHA-256.
pub const KEY_ID_BYTES: usize = 8;
/// Length of an Ed25519 signature in bytes.
pub const SIGNATURE_BYTES: usize = 64;
/// Length of the header before the signatures in bytes: magic, role, number of signatures.
pub const FRAME_HEAD_BYTES: usize = 4 + 1 + 1;
/// Maximum number of signatures of a frame: twice the keys that a client trusts for a role.
pub const MAX_SIGNATURES: usize = 8;

/// Name of the record, in the folder of its artefacts.
pub const RECORD_PATH: &str = "release";
/// Maximum length of a record in bytes, with all its signatures.
pub const MAX_RECORD_BYTES: usize = 4096;
/// Maximum length of a snapshot in bytes, whatever the record declares.
pub const MAX_SNAPSHOT_BYTES: u32 = 32 << 20;
/// Maximum length of a policy, or of its list of hidden items, in bytes, whatever its statement declares.
pub const MAX_POLICY_BYTES: u32 = 1 << 20;
/// Maximum length of a facts file in bytes, whatever its statement declares.
pub const MAX_FACTS_BYTES: u32 = 8 << 20;

const HOUR_MS: u64 = 3_600_000;
const DAY_MS: u64 = 24 * HOUR_MS;
/// Maximum time from creation to expiry of a release.
pub const MAX_RELEASE_LIFE_MS: u64 = 7 * DAY_MS;
/// Maximum time from creation to expiry of a policy's signature, or that of facts: longer than a release's, because people renew it, not
/// a pipeline.
pub const MAX_POLICY_LIFE_MS: u64 = 31 * DAY_MS;
/// Maximum time from creation to expiry of an approval: guarded rules change seldom, and the policy's signature that goes with
/// them ends much earlier.
pub const MAX_APPROVAL_LIFE_MS: u64 = 365 * DAY_MS;
/// Maximum time from creation to expiry of a root statement: its keys are offline, and their holders seldom meet.
pub const MAX_ROOT_LIFE_MS: u64 = 365 * DAY_MS;
/// Grace period: how long the last good release may serve past its expiry.
pub const GRACE_MS: u64 = DAY_MS;
/// Allowed clock skew: shoppers' clocks are wrong by hours, seldom by more. An epoch may not be further ahead of a
/// client's clock either, so that a single signature cannot exhaust the epochs.
pub const CLOCK_SKEW_MS: u64 = DAY_MS;

/// Maximum number of trusted keys of a role: the current one, the next, and some to spare.
pub const MAX_TRUSTED: usize = 4;
/// Minimum number of trusted root keys: with one, a single theft would suffice.
pub const MIN_ROOT_KEYS: usize = 2;
/// First byte of the stored memory of a client that trusts release and policy keys: its version.
pub const MEMORY_VERSION: u8 = 2;
/// Bit of that byte: the memory of a client that trusts root keys has the root's epoch.
pub(crate) const WITH_ROOT: u8 = 1;
/// Bit of that byte: the memory of a client that has taken facts has their epoch.
pub(crate) const WITH_FACTS: u8 = 4;
/// Bit of that byte: the memory of a client that trusts lead keys has the approval's epoch.
pub(crate) const WITH_APPROVAL: u8 = 8;
