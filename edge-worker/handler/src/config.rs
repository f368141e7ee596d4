//! What an operator sets: where the model is, and what its bytes must be.

use std::fmt;

use crate::record::Hash;

/// The settings of a worker.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Config {
    /// The model.
    pub snapshot: Option<Pinned>,
    /// The shop's rules; none where they are not set.
    pub policy: Option<Pinned>,
    /// Whether `rerank` may be told the items of the visit.
    pub recent: Recent,
}

/// A file of the origin, with the hash that its bytes must have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pinned {
    /// Its address.
    pub url: String,
    /// SHA-256 of its bytes.
    pub hash: Hash,
}

/// The opt-in flow of a visit's last items, for shops that render on the server.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Recent {
    /// Such requests are answered from context alone.
    #[default]
    Dropped,
    /// At most 20 ids, for one answer, unless the request carries a privacy signal.
    Allowed,
}

/// A setting that cannot be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigError {
    name: &'static str,
    why: &'static str,
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the setting `{}` {}", self.name, self.why)
    }
}

impl Config {
    /// Names of all settings, as a platform must declare them.
    pub const NAMES: [&'static str; 5] = [
        "snapshot_url",
        "snapshot_sha256",
        "policy_url",
        "policy_sha256",
        "recent",
    ];

    /// Reads the settings; an empty one is one that is not there.
    ///
    /// # Errors
    /// [`ConfigError`] for a setting that cannot be; the worker then answers in the shop's own order.
    pub fn read(setting: impl Fn(&str) -> Option<String>) -> Result<Self, ConfigError> {
        let setting = |name: &str| {
            setting(name)
                .map(|value| value.trim().to_owned())
                .filter(|value| !value.is_empty())
        };
        Ok(Self {
            snapshot: pinned(["snapshot_url", "snapshot_sha256"], &setting)?,
            policy: pinned(["policy_url", "policy_sha256"], &setting)?,
            recent: match setting("recent").as_deref() {
                None | Some("off") => Recent::Dropped,
                Some("on") => Recent::Allowed,
                Some(_) => return Err(error("recent", "must be `on` or `off`")),
            },
        })
    }
}

fn pinned(
    [url, hash]: [&'static str; 2],
    setting: &impl Fn(&str) -> Option<String>,
) -> Result<Option<Pinned>, ConfigError> {
    match (setting(url), setting(hash)) {
        (None, None) => Ok(None),
        (Some(address), Some(digits)) => {
            let hash =
                Hash::parse(&digits).ok_or(error(hash, "must be 64 hexadecimal digits, as `sha256sum` prints"))?;
            let is_address = address.starts_with("https://") || address.starts_with("http://");
            let address = is_address
                .then_some(address)
                .ok_or(error(url, "must begin with https:// or http://"))?;
            Ok(Some(Pinned { url: address, hash }))
        }
        (Some(_), None) => Err(error(
            hash,
            "is missing: the worker admits no bytes whose hash it was not told",
        )),
        (None, Some(_)) => Err(error(url, "is missing: say where the file is")),
    }
}

const fn error(name: &'static str, why: &'static str) -> ConfigError {
    ConfigError { name, why }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(settings: &[(&str, &str)]) -> Result<Config, ConfigError> {
        Config::read(|name| {
            settings
                .iter()
                .find(|(known, _)| *known == name)
                .map(|(_, value)| (*value).to_owned())
        })
    }

    #[test]
    fn nothing_set_is_a_worker_without_a_model() {
        assert_eq!(read(&[]).unwrap(), Config::default());
        assert_eq!(
            read(&[("recent", " "), ("snapshot_url", "")]).unwrap(),
            Config::default()
        );
    }

    #[test]
    fn an_address_without_a_hash_is_refused() {
        let error = read(&[("snapshot_url", "https://shop.example/model.swm")]).unwrap_err();
        assert!(error.to_string().contains("snapshot_sha256"));
        let short = read(&[("policy_url", "https://shop.example/p"), ("policy_sha256", "abc")]).unwrap_err();
        assert!(short.to_string().contains("64 hexadecimal"));
    }

    #[test]
    fn the_visits_items_are_dropped_unless_allowed_in_so_many_words() {
        assert_eq!(read(&[("recent", "on")]).unwrap().recent, Recent::Allowed);
        assert!(read(&[("recent", "yes")]).is_err());
    }
}
