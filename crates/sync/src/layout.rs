//! Every constant of the format, and every limit that a client holds a release to.

/// First bytes of everything that is signed; the fourth is the version.
pub const MAGIC: [u8; 4] = *b"SWR\x02";
/// First bytes of a policy's signature in format 1, which had a magic of its own.
pub(crate) const MAGIC_OF_FORMAT_1: [u8; 4] = *b"SWS\x01";
/// Bytes of a key's id: the first ones of the SHA-256 of the public key.
pub const KEY_ID_BYTES: usize = 8;
/// Bytes of an Ed25519 signature.
pub const SIGNATURE_BYTES: usize = 64;
/// Bytes before the signatures: magic, role, number of signatures.
pub const FRAME_HEAD_BYTES: usize = 4 + 1 + 1;
/// The most signatures of a frame: twice the keys that a client trusts for a role.
pub const MAX_SIGNATURES: usize = 8;

/// Name of the record, in the folder that its artefacts lie in.
pub const RECORD_PATH: &str = "release";
/// The most bytes of a record, with all its signatures.
pub const MAX_RECORD_BYTES: usize = 4096;
/// The most bytes of a snapshot that a client takes, whatever the record says.
pub const MAX_SNAPSHOT_BYTES: u32 = 32 << 20;
/// The most bytes of a policy, or of its list of hidden items, that a client takes, whatever its statement says.
pub const MAX_POLICY_BYTES: u32 = 1 << 20;

const HOUR_MS: u64 = 3_600_000;
const DAY_MS: u64 = 24 * HOUR_MS;
/// The longest time from creation to expiry of a release.
pub const MAX_RELEASE_LIFE_MS: u64 = 7 * DAY_MS;
/// The longest time from creation to expiry of a policy's signature: merchandisers are no machines.
pub const MAX_POLICY_LIFE_MS: u64 = 31 * DAY_MS;
/// The longest time from creation to expiry of a root statement: its keys are offline, their holders meet seldom.
pub const MAX_ROOT_LIFE_MS: u64 = 365 * DAY_MS;
/// How long the last good release serves past its expiry.
pub const GRACE_MS: u64 = DAY_MS;
/// How far a client's clock may be behind the origin's: shoppers' clocks are wrong by hours, seldom by more. No epoch may
/// be further ahead of a client's clock either, so that no single signature can use all epochs up.
pub const CLOCK_SKEW_MS: u64 = DAY_MS;

/// The most keys of a role that a client trusts: the one in use, the next, and some to spare.
pub const MAX_TRUSTED: usize = 4;
/// The fewest root keys that a client trusts: with one, a single theft would be enough.
pub const MIN_ROOT_KEYS: usize = 2;
/// First byte of the memory of a client that trusts release and policy keys: its version.
pub const MEMORY_VERSION: u8 = 2;
/// First byte of the memory of a client that trusts root keys: it remembers the root's epoch too.
pub(crate) const ROOT_MEMORY_VERSION: u8 = 3;
