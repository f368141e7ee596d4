//! Every constant of the format, and every limit that a client holds a release to.

/// First bytes of a release record; the fourth is the version.
pub const RELEASE_MAGIC: [u8; 4] = *b"SWR\x01";
/// First bytes of a policy's signature; the fourth is the version.
pub const POLICY_MAGIC: [u8; 4] = *b"SWS\x01";
/// What a release's signature is over, before the payload: no other signature can be taken for it.
pub const RELEASE_CONTEXT: &[u8] = b"shelfwise release v1\0";
/// What a policy's signature is over, before the payload.
pub const POLICY_CONTEXT: &[u8] = b"shelfwise policy v1\0";
/// Bytes of a key's id: the first ones of the SHA-256 of the public key.
pub const KEY_ID_BYTES: usize = 8;
/// Bytes of an Ed25519 signature.
pub const SIGNATURE_BYTES: usize = 64;
/// Bytes before the payload: magic, key id, signature.
pub const FRAME_HEAD_BYTES: usize = 4 + KEY_ID_BYTES + SIGNATURE_BYTES;

/// Name of the record, in the folder that its artefacts' paths begin at.
pub const RECORD_PATH: &str = "release";
/// The most bytes of a record, with its signatures.
pub const MAX_RECORD_BYTES: usize = 1024;
/// The most artefacts of a release, its policy not counted.
pub const MAX_ARTEFACTS: usize = 8;
/// The most bytes of an artefact's path.
pub const MAX_PATH_BYTES: usize = 96;
/// The most bytes of a snapshot that a client takes, whatever the record says.
pub const MAX_SNAPSHOT_BYTES: u32 = 32 << 20;
/// The most bytes of a policy that a client takes, whatever the record says.
pub const MAX_POLICY_BYTES: u32 = 1 << 20;

const HOUR_MS: u64 = 3_600_000;
const DAY_MS: u64 = 24 * HOUR_MS;
/// The longest time from making to expiry of a release.
pub const MAX_RELEASE_LIFE_MS: u64 = 7 * DAY_MS;
/// The longest time from making to expiry of a policy's signature: merchandisers are no machines.
pub const MAX_POLICY_LIFE_MS: u64 = 31 * DAY_MS;
/// How long the last good release serves past its expiry.
pub const GRACE_MS: u64 = DAY_MS;
/// How far a client's clock may be behind the origin's: shoppers' clocks are wrong by hours, seldom by more.
pub const CLOCK_SKEW_MS: u64 = DAY_MS;

/// The most keys of a role that a client pins: the one in use, the next, and some to spare.
pub const MAX_PINNED: usize = 4;
/// First byte of a client's memory: its version.
pub const MEMORY_VERSION: u8 = 1;
