use super::*;
use crate::shipped::ShippedModule;

/// SHA-256 of nothing (FIPS 180-4).
const NOTHING: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

fn build(sources: &str, engine: &str) -> Build {
    Build {
        sources: sources.to_owned(),
        files: BTreeMap::from([("shelfwise_bg.wasm".to_owned(), engine.to_owned())]),
    }
}

/// Three builds that made an empty engine, and a package of it and an empty script.
fn made() -> Reproduction {
    Reproduction {
        commit: Some("c0ffee".to_owned()),
        compiler: "rustc 1.95.0".to_owned(),
        builds: vec![
            build("registry", NOTHING),
            build("vendored", NOTHING),
            build("vendored", NOTHING),
        ],
        package: ["dist/index.js", "dist/shelfwise_bg.wasm"]
            .map(|path| (path.to_owned(), NOTHING.to_owned()))
            .into(),
    }
}

fn package() -> Files {
    ["dist/index.js", "dist/shelfwise_bg.wasm"]
        .map(|path| (path.to_owned(), Vec::new()))
        .into()
}

fn shipped(engine: &[u8]) -> Shipped {
    let module = ShippedModule {
        path: "assets/engine-1a2b.wasm".to_owned(),
        kind: ModuleKind::Engine,
        bytes: engine.to_vec(),
        imports: Vec::new(),
    };
    Shipped {
        modules: vec![module],
        ..Shipped::default()
    }
}

fn judged(engine: &[u8], package: Option<&Files>, result: Result<Reproduction, String>) -> Step {
    let rebuild = Rebuild {
        command: "ran `cargo xtask reproduce`".to_owned(),
        result,
    };
    step(&shipped(engine), &Files::new(), package, Some(&rebuild))
}

#[test]
fn rebuild_of_the_same_bytes_passes_and_says_what_ran() {
    let step = judged(b"", Some(&package()), Ok(made()));
    assert_eq!(step.outcome, Outcome::Passed, "{step:?}");
    let tried = step.tried.join("; ");
    for told in [
        "cargo xtask reproduce",
        "3 builds of c0ffee by rustc 1.95.0",
        NOTHING,
        "2 files of the package",
    ] {
        assert!(tried.contains(told), "{tried}");
    }
}

#[test]
fn rebuild_module_that_differs_is_found_with_both_hashes() {
    let step = judged(b"\0asm", Some(&package()), Ok(made()));
    assert_eq!(step.outcome, Outcome::Failed);
    let finding = &step.findings[0];
    assert_eq!(
        (finding.code.as_str(), finding.file.as_deref()),
        ("rebuild.differs", Some("assets/engine-1a2b.wasm"))
    );
    let own = hex(b"\0asm");
    assert!(
        finding.message.contains(&own) && finding.message.contains(NOTHING),
        "{finding}"
    );
}

#[test]
fn rebuild_builds_that_differ_fail_the_step() {
    let mut made = made();
    made.builds[2] = build("vendored", "ab");
    assert!(made.is_different());
    let step = judged(b"", Some(&package()), Ok(made.clone()));
    let codes: Vec<_> = step.findings.iter().map(|finding| finding.code.as_str()).collect();
    assert_eq!(codes, ["rebuild.not-reproducible"]);
    made.builds[2].files.clear();
    assert!(made.is_different(), "a file that one build lacks");
}

#[test]
fn rebuild_file_that_the_sources_do_not_make_or_the_package_lacks_is_found() {
    let mut own = package();
    own.insert("dist/pixel.js".to_owned(), Vec::new());
    own.remove("dist/index.js");
    let step = judged(b"", Some(&own), Ok(made()));
    let codes: Vec<_> = step.findings.iter().map(|finding| finding.code.as_str()).collect();
    assert_eq!(codes, ["rebuild.unknown", "rebuild.missing"], "{:?}", step.findings);
}

#[test]
fn rebuild_that_did_not_run_proves_nothing() {
    let failed = judged(b"", Some(&package()), Err("there is no cargo: install Rust".to_owned()));
    assert_eq!(failed.outcome, Outcome::NotProved);
    assert!(
        failed.tried[0].contains("install Rust") && failed.tried[0].contains("ran `cargo"),
        "{failed:?}"
    );
    let absent = step(&shipped(b""), &Files::new(), None, None);
    assert_eq!(absent.outcome, Outcome::NotProved);
}

#[test]
fn rebuild_without_the_package_leaves_rewritten_scripts_open_and_compares_modules() {
    let page = "const a = \"the engine's answer is not of the agreed shape\";";
    let files = Files::from([("assets/app.js".to_owned(), page.as_bytes().to_vec())]);
    let shipped = Shipped {
        modules: shipped(b"").modules,
        ..Shipped::find(&files)
    };
    assert_eq!(shipped.scripts.len(), 1);
    let rebuild = Rebuild {
        command: String::new(),
        result: Ok(made()),
    };
    let open = step(&shipped, &files, None, Some(&rebuild));
    assert_eq!(open.outcome, Outcome::NotProved, "{open:?}");
    let mut known = made();
    known.package.insert("dist/page.js".to_owned(), hex(page.as_bytes()));
    let rebuild = Rebuild {
        result: Ok(known),
        ..rebuild
    };
    assert_eq!(step(&shipped, &files, None, Some(&rebuild)).outcome, Outcome::Passed);
}

#[test]
fn rebuild_tarball_in_the_folder_is_compared_by_its_name() {
    let mut made = made();
    for build in &mut made.builds {
        build.files.insert("shelfwise-0.1.0.tgz".to_owned(), NOTHING.to_owned());
    }
    let files = Files::from([("vendor/shelfwise-0.1.0.tgz".to_owned(), b"other".to_vec())]);
    let rebuild = Rebuild {
        command: String::new(),
        result: Ok(made),
    };
    let step = step(&shipped(b""), &files, None, Some(&rebuild));
    assert_eq!(step.findings[0].file.as_deref(), Some("vendor/shelfwise-0.1.0.tgz"));
}
