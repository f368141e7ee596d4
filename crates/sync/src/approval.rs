//! Approval: which part of a policy the lead signs, whoever signs the whole.
//!
//! Where the root lists keys of the role `lead`, or a client was shipped with some, it takes a policy only with an approval: a statement
//! of that role that names the policy's guarded section by hash, and the list of what it hides. Which keys these are, and how many must
//! sign, never comes from the policy itself.

/// First bytes of policies with a guarded section: their magic and format.
const HEADS: [&[u8]; 2] = [b"SWP\x03", b"SWP\x04"];

/// Length of the header in bytes, before the guarded section: magic and format, three bytes of engine version, and the section's length as
/// four bytes, lowest first.
const HEAD_BYTES: usize = 4 + 3 + 4;

/// Returns the part of a policy file that the lead signs: header and guarded section, which holds the rules that hide and exclude,
/// and objectives. Of a file in a format without such a section, or that is cut off in it, that is all of it.
///
/// ```
/// use shelfwise_sync::approval::guarded;
///
/// let policy = [&b"SWP\x03\0\x01\0\x02\0\0\0"[..], b"no", b"pins"].concat();
/// assert_eq!(guarded(&policy), &policy[..policy.len() - 4]);
/// assert_eq!(guarded(b"SWP\x02rules"), b"SWP\x02rules");
/// ```
#[must_use]
pub fn guarded(policy: &[u8]) -> &[u8] {
    section(policy).unwrap_or(policy)
}

fn section(policy: &[u8]) -> Option<&[u8]> {
    HEADS.iter().find(|head| policy.starts_with(head))?;
    let length = policy.get(HEAD_BYTES - 4..)?.first_chunk()?;
    let length = usize::try_from(u32::from_le_bytes(*length)).ok()?;
    policy.get(..HEAD_BYTES.checked_add(length)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn guarded_section_that_is_cut_off_is_the_whole_file() {
        let policy = b"SWP\x03\0\x01\0\x02\0\0\0no";
        for cut in 0..policy.len() {
            let part = &policy[..cut];
            assert_eq!(guarded(part), part, "{cut}");
        }
        assert_eq!(guarded(policy), policy);
        let endless = b"SWP\x03\0\x01\0\xff\xff\xff\xffno";
        assert_eq!(guarded(endless), endless);
    }

    #[test]
    fn later_formats_have_the_same_front() {
        let policy = b"SWP\x04\0\x01\0\x02\0\0\0no\x01\0\0\0rest";
        assert_eq!(guarded(policy), &policy[..13]);
        assert_eq!(guarded(b"SWP\x05\0\x01\0\x02\0\0\0norest").len(), 17);
    }
}
