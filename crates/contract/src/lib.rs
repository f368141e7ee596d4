//! What crosses the boundary between the engine and a page stands once, in Rust. This crate makes the package's part of
//! it: TypeScript types, constants, and checks of what the engine's host answers.
//!
//! `cargo xtask contract` writes the file, `cargo xtask tidy` compares it. Shapes come from `schemars`, out of the records
//! of [`shelfwise_core::shown`] and of [`messages`]; the crate is built on the origin and by CI, never for a device.

pub mod messages;
mod releases;
mod shape;
mod typescript;
mod values;

use schemars::JsonSchema;
use shelfwise_core::allocation::{Trial, TrialState, Unit};
use shelfwise_core::content::ContentKind;
use shelfwise_core::snapshot::Support;
use shelfwise_core::{Basis, EventKind, Mode, ReasonCode, Source, privacy, shown};

use self::messages::{
    EngineEvent, EngineRequest, ErrorCode, Failure, Isolation, ListedItem, Opened, ReleaseOutcome, Reported, Tracked,
    Trials, Verdict,
};
use self::shape::Shape;
use self::typescript::Direction::{Input, Output};

/// The file that is made, from the repository's root.
pub const FILE: &str = "crates/web/js/src/contract.ts";

/// Types end here, in the file: what stands before is also the engine module's declaration.
pub const VALUES: &str = "// ── Values ──";

/// Types that only the package's own scripts use end here: what stands before is part of the API.
pub const INTERNAL: &str = "// ── Internal types ──";

/// The types of the file that are part of the API.
#[must_use]
pub fn public(contract: &str) -> &str {
    contract.split(INTERNAL).next().unwrap_or(contract)
}

/// The file's text.
///
/// # Errors
/// A sentence where a type has something that no message has.
pub fn typescript() -> Result<String, String> {
    let mut file = File::default();
    file.words::<Mode>()?;
    file.words::<EventKind>()?;
    file.words::<Source>()?;
    file.words::<ReasonCode>()?;
    file.words::<Basis>()?;
    file.words::<Support>()?;
    file.words::<ContentKind>()?;
    file.words::<Isolation>()?;
    file.words::<ErrorCode>()?;
    file.answer::<shown::Reason>()?;
    file.answer::<shown::Sponsor>()?;
    file.answer::<shown::SlateItem>()?;
    file.answer::<shown::Slate>()?;
    file.answer::<shown::ContentText>()?;
    file.answer::<shown::ChosenContent>()?;
    file.answer::<shown::Choice>()?;
    file.answer::<shown::Contribution>()?;
    file.words::<shown::RuledOutBy>()?;
    file.answer::<shown::RuledOut>()?;
    file.words::<shown::AdjustmentEffect>()?;
    file.answer::<shown::Adjustment>()?;
    file.answer::<shown::Explanation>()?;
    file.answer::<privacy::Kept<'_>>()?;
    file.words::<privacy::MuteKind>()?;
    file.answer::<privacy::KeptDraw>()?;
    file.answer::<privacy::LastItem>()?;
    file.answer::<privacy::Mute>()?;
    file.answer::<privacy::Remembered>()?;
    file.answer::<privacy::Profile>()?;
    file.words::<Unit>()?;
    file.words::<TrialState>()?;
    file.answer::<Trial>()?;
    file.answer::<shown::ModelFacts>()?;
    file.request::<ListedItem>()?;
    file.types += &format!("\n{INTERNAL}\n");
    file.request::<EngineRequest>()?;
    file.request::<EngineEvent>()?;
    file.answer::<Opened>()?;
    file.answer::<Tracked>()?;
    file.answer::<Trials>()?;
    file.answer::<Reported>()?;
    file.words::<ReleaseOutcome>()?;
    file.answer::<Verdict>()?;
    file.answer::<Failure>()?;
    let File { types, checks } = file;
    let constants = values::constants();
    Ok(format!("{HEAD}{types}\n{VALUES}\n\n{IMPORTS}\n{constants}{checks}"))
}

const HEAD: &str = "/**
 * What crosses the boundary between engine and page. Made by `cargo xtask contract` out of the Rust types: `shown.rs` in
 * `crates/core`, and `crates/contract`. Change those.
 */
";

const IMPORTS: &str = "import { bytes, flag, list, number, oneOf, orNull, record, text } from \"./check.js\";\n";

/// The file while it is made.
#[derive(Default)]
struct File {
    types: String,
    checks: String,
}

impl File {
    fn words<T: JsonSchema>(&mut self) -> Result<(), String> {
        self.answer::<T>()
    }

    /// A record of the engine or its host, with its check.
    fn answer<T: JsonSchema>(&mut self) -> Result<(), String> {
        let shape = Shape::of::<T>()?;
        self.types += &format!("\n{}", typescript::declaration(&shape, Output));
        self.checks += &typescript::check(&shape);
        Ok(())
    }

    /// A record of the page.
    fn request<T: JsonSchema>(&mut self) -> Result<(), String> {
        let shape = Shape::of::<T>()?;
        self.types += &format!("\n{}", typescript::declaration(&shape, Input));
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_come_before_internal_ones_and_these_before_values() {
        let text = typescript().unwrap();
        let place = |what: &str| text.find(what).unwrap();
        assert!(place("export interface Slate {") < place(INTERNAL));
        assert!(place(INTERNAL) < place("export interface EngineRequest {"));
        assert!(place("export interface EngineRequest {") < place(VALUES));
        assert!(place(VALUES) < place("checkSlate ="));
    }

    #[test]
    fn fields_of_a_request_are_those_that_the_engine_reads() {
        let arguments = include_str!("../../web/src/arguments.rs");
        for shape in [
            Shape::of::<EngineRequest>().unwrap(),
            Shape::of::<ListedItem>().unwrap(),
        ] {
            let shape::Kind::Record(fields) = shape.kind else {
                panic!("{} is a record", shape.name);
            };
            for field in fields {
                assert!(
                    arguments.contains(&format!("fn {}(this: &PageObject)", field.name)),
                    "{}",
                    field.name
                );
            }
        }
    }
}
