//! The certificate of an origin that no authority known to browsers has signed, as test shops have: accepted for that origin
//! alone, in the browser's fresh profile alone.

use anyhow::{Context as _, Result, bail};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rustls_pki_types::CertificateDer;
use shelfwise_sync::sha256;
use ureq::tls::{Certificate, PemItem, RootCerts, TlsConfig, parse_pem};
use webpki::EndEntityCert;

use crate::sink::Target;

/// Certificates of an origin: its own first, then those of who signed it.
#[derive(Debug, Clone)]
pub struct OwnCertificate {
    host: String,
    port: u16,
    chain: Vec<Certificate<'static>>,
    /// SHA-256 of the first one.
    fingerprint: [u8; 32],
    /// SHA-256 of its public key, as `SubjectPublicKeyInfo`.
    key: [u8; 32],
}

impl OwnCertificate {
    /// Of the certificates in PEM, for the origin of an address.
    ///
    /// # Errors
    /// If the address does not begin with `https://`, or there is no certificate that can be read.
    pub fn of(pem: &[u8], url: &str) -> Result<Self> {
        let target = Target::of(url)?;
        if !target.is_tls {
            bail!("{url} has no certificate: it begins with http://");
        }
        let certificates = parse_pem(pem).filter_map(|item| match item {
            Ok(PemItem::Certificate(certificate)) => Some(Ok(certificate)),
            Ok(_) => None,
            Err(error) => Some(Err(error)),
        });
        let chain: Vec<_> = certificates.collect::<Result<_, _>>().context("it is no PEM")?;
        let own = chain.first().context(
            "it has no certificate: give the certificate of the server in PEM, before that of who signed it",
        )?;
        let der = CertificateDer::from(own.der());
        let parsed = EndEntityCert::try_from(&der).context("its first certificate cannot be read")?;
        Ok(Self {
            host: target.host,
            port: target.port,
            fingerprint: sha256(own.der()),
            key: sha256(parsed.subject_public_key_info().as_ref()),
            chain,
        })
    }

    /// The setting of a client that accepts it, and nothing else.
    #[must_use]
    pub fn tls(&self) -> TlsConfig {
        let roots = RootCerts::new_with_certs(&self.chain);
        TlsConfig::builder().root_certs(roots).build()
    }

    /// The flag of Chromium: errors of a certificate with this key are no errors. Whoever has the key is the origin.
    pub(crate) fn chromium_flag(&self) -> String {
        format!("--ignore-certificate-errors-spki-list={}", STANDARD.encode(self.key))
    }

    /// The file `cert_override.txt` of Firefox's profile: host, port and the certificate's SHA-256.
    pub(crate) fn firefox_overrides(&self) -> String {
        let digits: Vec<_> = self.fingerprint.iter().map(|byte| format!("{byte:02X}")).collect();
        // The number names SHA-256: https://oidref.com/2.16.840.1.101.3.4.2.1
        format!(
            "{}:{}:\tOID.2.16.840.1.101.3.4.2.1\t{}\t\n",
            self.host,
            self.port,
            digits.join(":")
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Made by `openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=shop.test -days 36500`.
    const PEM: &str = include_str!("certificate.test.pem");

    #[test]
    fn certificate_is_known_by_host_fingerprint_and_key() {
        let own = OwnCertificate::of(PEM.as_bytes(), "https://Shop.test:8443/a").unwrap();
        let overrides = own.firefox_overrides();
        // What `openssl x509 -fingerprint -sha256` prints.
        assert!(
            overrides.starts_with("shop.test:8443:\tOID.2.16.840.1.101.3.4.2.1\tE3:FA:73:94:73:C1:D3:A8"),
            "{overrides}"
        );
        // What `openssl x509 -pubkey | openssl pkey -pubin -outform der | openssl dgst -sha256 -binary | base64` prints.
        assert_eq!(
            own.chromium_flag(),
            "--ignore-certificate-errors-spki-list=o1D8d9JpDyHu/m2ycCkFH+wtSU+YcFoKOO2Ah1dpPBk="
        );
    }

    #[test]
    fn certificate_of_plain_http_or_without_pem_is_refused() {
        let error = |pem: &str, url: &str| OwnCertificate::of(pem.as_bytes(), url).unwrap_err().to_string();
        assert!(error(PEM, "http://shop.test/").contains("begins with http://"));
        assert!(error("", "https://shop.test/").contains("has no certificate"));
    }
}
