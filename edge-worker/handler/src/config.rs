//! Settings of an operator: where the model is, and what its bytes must be.

use std::fmt;

use shelfwise_sync::TrustedKeys;
use shelfwise_sync::layout::RECORD_PATH;

use crate::record::Hash;

/// The settings of a worker.
#[derive(Clone, Debug, Default)]
pub struct Config {
    /// Where model and rules come from, and how they are verified.
    pub source: Source,
    /// Whether `rerank` accepts the items of the visit.
    pub recent: Recent,
    /// How far the shop's clock is ahead of UTC, in minutes: determines the part of the day.
    pub utc_offset_minutes: i16,
}

/// Where model and rules come from.
#[derive(Clone, Debug, Default)]
pub enum Source {
    /// Nowhere: the store stays as it is.
    #[default]
    None,
    /// Two files whose hashes an operator sets, again with every model.
    Pinned {
        /// The model.
        snapshot: Pinned,
        /// The shop's rules, if they are set.
        policy: Option<Pinned>,
    },
    /// Releases that the holders of the keys sign.
    Release(Releases),
}

/// Signed releases of the origin.
#[derive(Clone, Debug)]
pub struct Releases {
    /// URL of the folder with the record, ending in a slash.
    pub folder: String,
    /// The trusted keys.
    pub trusted_keys: TrustedKeys,
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
    /// Requests are answered from context alone.
    #[default]
    Dropped,
    /// At most 20 ids, for one answer, unless the request carries a privacy signal.
    Allowed,
}

/// An invalid setting.
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
    pub const NAMES: [&'static str; 8] = [
        "release_url",
        "keys",
        "snapshot_url",
        "snapshot_sha256",
        "policy_url",
        "policy_sha256",
        "recent",
        "utc_offset_minutes",
    ];

    /// Reads the settings; an empty one counts as not set.
    ///
    /// # Errors
    /// [`ConfigError`] for an invalid setting; the worker then answers in the shop's own order.
    pub fn read(setting: impl Fn(&str) -> Option<String>) -> Result<Self, ConfigError> {
        let setting = |name: &str| {
            setting(name)
                .map(|value| value.trim().to_owned())
                .filter(|value| !value.is_empty())
        };
        Ok(Self {
            source: source(&setting)?,
            recent: match setting("recent").as_deref() {
                None | Some("off") => Recent::Dropped,
                Some("on") => Recent::Allowed,
                Some(_) => return Err(error("recent", "must be `on` or `off`")),
            },
            utc_offset_minutes: match setting("utc_offset_minutes").map(|minutes| minutes.parse()) {
                None => 0,
                Some(Ok(minutes @ -1080..=1080)) => minutes,
                Some(_) => return Err(error("utc_offset_minutes", "must be a whole number from -1080 to 1080")),
            },
        })
    }
}

fn source(setting: &impl Fn(&str) -> Option<String>) -> Result<Source, ConfigError> {
    let snapshot = pinned(["snapshot_url", "snapshot_sha256"], setting)?;
    let policy = pinned(["policy_url", "policy_sha256"], setting)?;
    match (releases(setting)?, snapshot, policy) {
        (Some(releases), None, None) => Ok(Source::Release(releases)),
        (Some(_), ..) => Err(error(
            "release_url",
            "names model and rules already: remove snapshot_url and policy_url with their hashes",
        )),
        (None, Some(snapshot), policy) => Ok(Source::Pinned { snapshot, policy }),
        (None, None, None) => Ok(Source::None),
        (None, None, Some(_)) => Err(error("snapshot_url", "is missing: rules alone order nothing")),
    }
}

fn releases(setting: &impl Fn(&str) -> Option<String>) -> Result<Option<Releases>, ConfigError> {
    let (url, keys) = match (setting("release_url"), setting("keys")) {
        (None, None) => return Ok(None),
        (Some(url), Some(keys)) => (url, keys),
        (Some(_), None) => {
            return Err(error(
                "keys",
                "is missing: give the lines that `shelfwise keys show` prints",
            ));
        }
        (None, Some(_)) => return Err(error("release_url", "is missing: say where the release is")),
    };
    let trusted_keys = TrustedKeys::parse(keys.split_whitespace()).map_err(|why| error("keys", why.words()))?;
    let folder = is_address(&url).then(|| url.strip_suffix(RECORD_PATH)).flatten();
    let folder = folder
        .filter(|folder| folder.ends_with('/'))
        .ok_or(error("release_url", "must be an address that ends in /release"))?;
    Ok(Some(Releases {
        folder: folder.to_owned(),
        trusted_keys,
    }))
}

fn is_address(text: &str) -> bool {
    text.starts_with("https://") || text.starts_with("http://")
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
            let address = is_address(&address)
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
    use shelfwise_sync::{Role, SecretKey};

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
    fn config_without_settings_has_no_source() {
        for settings in [&[][..], &[("recent", " "), ("snapshot_url", "")]] {
            let config = read(settings).unwrap();
            assert!(matches!(config.source, Source::None) && config.recent == Recent::Dropped);
        }
    }

    #[test]
    fn config_url_without_hash_is_refused() {
        let error = read(&[("snapshot_url", "https://shop.example/model.swm")]).unwrap_err();
        assert!(error.to_string().contains("snapshot_sha256"));
        let short = read(&[("policy_url", "https://shop.example/p"), ("policy_sha256", "abc")]).unwrap_err();
        assert!(short.to_string().contains("64 hexadecimal"));
    }

    #[test]
    fn config_release_needs_url_and_keys_alone() {
        let [release, policy] = [(Role::Release, 1), (Role::Policy, 2)]
            .map(|(role, seed)| SecretKey::from_bytes(role, &[seed; 32]).public().unwrap().to_string());
        let keys = format!("{release}\n {policy}");
        let url = ("release_url", "https://shop.example/shelfwise/release");
        let Source::Release(releases) = read(&[url, ("keys", &keys)]).unwrap().source else {
            panic!("no release")
        };
        assert_eq!(releases.folder, "https://shop.example/shelfwise/");
        let digits = "0".repeat(64);
        let refused = [
            &[url][..],
            &[("keys", &keys)],
            &[url, ("keys", &release)],
            &[("release_url", "https://shop.example/release.bin"), ("keys", &keys)],
            &[("release_url", "/release"), ("keys", &keys)],
            &[
                url,
                ("keys", &keys),
                ("snapshot_url", "https://shop.example/m"),
                ("snapshot_sha256", &digits),
            ],
        ];
        for settings in refused {
            assert!(read(settings).is_err(), "{settings:?}");
        }
    }

    #[test]
    fn config_utc_offset_is_bounded() {
        let minutes = |text| read(&[("utc_offset_minutes", text)]).map(|config| config.utc_offset_minutes);
        assert_eq!(minutes("-330"), Ok(-330));
        assert!(minutes("+60").is_ok() && minutes("1081").is_err() && minutes("CET").is_err());
    }

    #[test]
    fn config_recent_is_off_unless_on() {
        assert_eq!(read(&[("recent", "on")]).unwrap().recent, Recent::Allowed);
        assert!(read(&[("recent", "yes")]).is_err());
    }
}
