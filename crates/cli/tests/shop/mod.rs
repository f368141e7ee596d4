//! A folder with a small shop in it, and the command to run there.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// A folder that cleans up after itself.
pub struct Shop(tempfile::TempDir);

impl Shop {
    /// A log of visits, test visits and a catalog.
    pub fn open() -> Self {
        let shop = Self(tempfile::tempdir().unwrap());
        let visit = |number: usize, ids: &[&str]| -> String {
            let row =
                |(event, id): (usize, &&str)| format!("s{number}\t{id}\t{}\n", 1_600_000_000 + number * 3600 + event);
            ids.iter().enumerate().map(row).collect()
        };
        let campers = (0..6).map(|number| visit(number, &["tent", "peg", "lamp"]));
        let eaters = (6..12).map(|number| visit(number, &["milk", "oats"]));
        let header = "SessionId\tItemId\tTime\n".to_owned();
        shop.write("train.tsv", header.clone() + &campers.chain(eaters).collect::<String>());
        shop.write(
            "test.tsv",
            header + &visit(0, &["tent", "peg"]) + &visit(1, &["milk", "oats"]),
        );
        shop.write(
            "catalog.csv",
            "id,title,category,brand,price\ntent,Tent for two,Outdoor > Tents,Fjord,199\nbed,Camp bed for two,Outdoor > Tents,Fjord,59\n",
        );
        shop
    }

    /// The same with a model, and with a built policy that hides one item.
    pub fn trained() -> Self {
        let shop = Self::open();
        shop.stdout("train --events train.tsv --out model --order tables");
        shop.write(
            "policy.toml",
            "[[rule]]\nid = \"no-oats\"\nhide = { item = \"oats\" }\n",
        );
        shop.stdout("policy build policy.toml --out model/policy.swp");
        shop
    }

    /// A path in the folder.
    pub fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// Writes a file.
    pub fn write(&self, name: &str, content: impl AsRef<[u8]>) -> &Self {
        fs::write(self.path(name), content).unwrap();
        self
    }

    /// Reads a file.
    pub fn read(&self, name: impl AsRef<Path>) -> Vec<u8> {
        fs::read(self.0.path().join(name)).unwrap()
    }

    /// Runs `shelfwise` in the folder with these words.
    pub fn run(&self, words: &str) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_shelfwise"));
        command
            .args(words.split_whitespace())
            .current_dir(self.0.path())
            .output()
            .unwrap()
    }

    /// What it printed, having succeeded.
    pub fn stdout(&self, words: &str) -> String {
        let output = self.run(words);
        assert!(
            output.status.success(),
            "{words}: {}",
            String::from_utf8_lossy(&output.stderr)
        );
        String::from_utf8(output.stdout).unwrap()
    }

    /// What it complained, having failed.
    pub fn stderr(&self, words: &str) -> String {
        let output = self.run(words);
        assert!(
            !output.status.success(),
            "{words} succeeded: {}",
            String::from_utf8_lossy(&output.stdout)
        );
        String::from_utf8(output.stderr).unwrap()
    }

    /// What it printed as JSON.
    pub fn json(&self, words: &str) -> serde_json::Value {
        serde_json::from_str(&self.stdout(words)).unwrap()
    }
}
