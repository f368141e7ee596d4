//! Root keys, passphrases and signers: who may sign, from the first key to a key that is withdrawn.

use std::process::{Command, Output};

use crate::shop::Shop;

const PASSPHRASE: (&str, &str) = ("SHELFWISE_PASSPHRASE", "correct horse battery");
const PUBLISH: &str = "publish site --snapshot model/model.swm --policy model/policy.swp --root root --root-key root1.pub \
    --root-key root2.pub --root-key root3.pub --key";
const VERIFY: &str = "verify site --key root1.pub --key root2.pub --key root3.pub";

/// Runs `shelfwise` with these words and, at the end, arguments that hold spaces.
fn run(shop: &Shop, words: &str, more: &[&str], variables: &[(&str, &str)]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_shelfwise"))
        .args(words.split_whitespace())
        .args(more)
        .envs(variables.iter().copied())
        .current_dir(shop.path(""))
        .output()
        .unwrap()
}

fn complaint(output: &Output) -> String {
    assert!(!output.status.success(), "{output:?}");
    String::from_utf8(output.stderr.clone()).unwrap()
}

/// A shop with a model, a signed policy, two release keys, and a root statement of three root keys that lists the first.
fn rooted() -> Shop {
    let shop = Shop::trained();
    for name in ["root1", "root2", "root3", "release", "release2", "policy"] {
        let role = name.trim_end_matches(['1', '2', '3']);
        shop.stdout(&format!("keys new {role} --out {name}.key"));
    }
    let made = shop.stdout(
        "keys root new --list root1.pub --list root2.pub --list root3.pub --list release.pub --list policy.pub --key \
         root1.key --out root",
    );
    assert!(made.contains("signed by 1 of the 2 root keys that must"), "{made}");
    shop.stdout("policy sign model/policy.swp --key policy.key");
    shop
}

#[test]
fn root_statement_of_one_signature_is_not_published() {
    let shop = rooted();
    let why = shop.stderr(&format!("{PUBLISH} release.key"));
    assert!(
        why.contains("signed by too few keys") && why.contains("(1 of 2)"),
        "{why}"
    );
}

#[test]
fn withdrawn_release_key_publishes_nothing_and_its_successor_does() {
    let shop = rooted();
    let signed = shop.stdout("keys sign root --key root3.key");
    assert!(signed.contains("signed by 2 of its root keys"), "{signed}");
    shop.stdout(&format!("{PUBLISH} release.key"));
    let picture = shop.stdout(&format!("{VERIFY} --memory memory"));
    for words in ["2 of the root keys", "1 of the release keys", "signed by the root keys"] {
        assert!(picture.contains(words), "{words}: {picture}");
    }
    let before = shop.read("root");
    shop.stdout("keys root rotate root --remove release.pub --list release2.pub --key root2.key");
    shop.stdout("keys sign root --key root1.key");
    shop.stdout("policy sign model/policy.swp --key policy.key");
    let why = shop.stderr(&format!("{PUBLISH} release.key"));
    assert!(why.contains("signed by a key that is not pinned here"), "{why}");
    shop.stdout(&format!("{PUBLISH} release2.key"));
    shop.stdout(&format!("{VERIFY} --memory memory"));
    // Whoever has the old key publishes under the root statement of before, elsewhere.
    shop.write("root", before);
    shop.stdout(&format!("{} release.key", PUBLISH.replace("site", "stolen")));
    let why = shop.stderr(&format!("{} --memory memory", VERIFY.replace("site", "stolen")));
    assert!(why.contains("the root statement is older"), "{why}");
}

#[test]
fn list_that_clients_would_refuse_is_not_signed() {
    let shop = rooted();
    let why = shop.stderr("keys root rotate root --remove policy.pub --key root1.key");
    assert!(why.contains("clients would refuse this list"), "{why}");
    let why = shop.stderr("keys root rotate root --threshold release=2 --key root1.key");
    assert!(why.contains("clients would refuse this list"), "{why}");
    let why = shop.stderr("keys root rotate root --remove release2.pub --key root1.key");
    assert!(why.contains("does not list this key"), "{why}");
    let why = shop.stderr("keys root new --list root1.pub --key root1.key --out root");
    assert!(why.contains("is there already"), "{why}");
}

#[test]
fn two_release_keys_must_sign_where_the_root_says_so() {
    let shop = rooted();
    shop.stdout("keys root rotate root --list release2.pub --threshold release=2 --key root1.key");
    shop.stdout("keys sign root --key root2.key");
    shop.stdout("policy sign model/policy.swp --key policy.key");
    let why = shop.stderr(&format!("{PUBLISH} release.key"));
    assert!(why.contains("the release is signed by too few keys"), "{why}");
    shop.stdout(&format!("{PUBLISH} release.key --key release2.key"));
    let json = shop.json(&format!("{VERIFY} --json"));
    assert_eq!(json["serves"]["signed_by"].as_array().map(Vec::len), Some(2));
    assert_eq!(json["serves"]["root"]["roles"][0]["threshold"], 2);
}

#[test]
fn key_under_a_passphrase_signs_with_it_and_shows_its_public_half_without() {
    let shop = rooted();
    let made = run(&shop, "keys new root --passphrase --out safe.key", &[], &[PASSPHRASE]);
    assert!(made.status.success(), "{made:?}");
    let file = String::from_utf8(shop.read("safe.key")).unwrap();
    assert!(file.contains("[sealed]") && !file.contains("\nsecret ="), "{file}");
    assert_eq!(
        shop.stdout("keys show safe.key").trim(),
        String::from_utf8(shop.read("safe.pub")).unwrap().trim()
    );
    let sign = "keys sign root --key safe.key";
    let why = complaint(&run(
        &shop,
        sign,
        &[],
        &[("SHELFWISE_PASSPHRASE", "correct horse batterz")],
    ));
    assert!(why.contains("another passphrase, or a damaged file"), "{why}");
    shop.write("passphrase", "correct horse battery\n");
    let file = [("SHELFWISE_PASSPHRASE_FILE", "passphrase")];
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode =
            |mode| std::fs::set_permissions(shop.path("passphrase"), std::fs::Permissions::from_mode(mode)).unwrap();
        mode(0o644);
        let why = complaint(&run(&shop, sign, &[], &file));
        assert!(why.contains("others can read passphrase"), "{why}");
        mode(0o600);
    }
    let signed = run(&shop, sign, &[], &file);
    assert!(signed.status.success(), "{signed:?}");
    let short = run(
        &shop,
        "keys new root --passphrase --out short.key",
        &[],
        &[("SHELFWISE_PASSPHRASE", "short")],
    );
    assert!(complaint(&short).contains("at least 12 characters"));
    assert!(!shop.path("short.key").exists() && !shop.path("short.pub").exists());
}

/// OpenSSL holds the key: Shelfwise sees the signature alone.
#[test]
fn key_of_another_program_signs() {
    let shop = rooted();
    let openssl = |arguments: &str| {
        let output = Command::new("openssl")
            .args(arguments.split_whitespace())
            .current_dir(shop.path(""))
            .output()
            .unwrap();
        assert!(output.status.success(), "{output:?}");
        output.stdout
    };
    openssl("genpkey -algorithm ed25519 -out token.pem");
    let public = openssl("pkey -in token.pem -pubout -outform DER");
    let digits: String = public[public.len() - 32..]
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    shop.write("token.pub", format!("policy-{digits}"));
    let sign = "policy sign model/policy.swp --key token.pub --signer";
    let command = "cat > message && openssl pkeyutl -sign -inkey token.pem -rawin -in message";
    let signed = run(&shop, sign, &[command], &[]);
    assert!(signed.status.success(), "{signed:?}");
    shop.stdout(
        "publish site --snapshot model/model.swm --policy model/policy.swp --key release.key --policy-key token.pub",
    );
    shop.stdout("verify site --key release.pub --key token.pub");
    for (command, why) in [
        ("head -c 64 /dev/zero", "the signature is not of this key"),
        ("echo no", "wrote 3 bytes"),
        ("exit 3", "nothing was signed"),
    ] {
        let stderr = complaint(&run(&shop, sign, &[command], &[]));
        assert!(stderr.contains(why), "{command}: {stderr}");
    }
    let stderr = complaint(&run(
        &shop,
        "policy sign model/policy.swp --key release.pub --signer",
        &["true"],
        &[],
    ));
    assert!(
        stderr.contains("is a release key: give the policy key here"),
        "{stderr}"
    );
}
