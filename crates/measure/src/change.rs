//! What people do with a declared experiment: stop it, ramp it, ship an arm. Each is an edit of the file that keeps comments and
//! layout, and no edit lets orders of two versions be read as one.

use toml_edit::{ArrayOfTables, Datetime, DocumentMut, Item, Table, TableLike, Value};

use crate::declaration::{Experiment, Experiments, Unit};
use crate::tag::letters;

const EXPERIMENT: &str = "experiment";
const RULE: &str = "rule";
const UNTIL: &str = "until";
const FROM: &str = "from";

/// Milliseconds of a minute.
const MINUTE_MS: i64 = 60_000;

/// A file that was edited.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// The new text.
    pub text: String,
    /// What was done, in a sentence.
    pub done: String,
    /// What is left to do, or to know.
    pub notes: Vec<String>,
}

/// Why nothing was edited.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ChangeError {
    /// The file declares no such experiment.
    #[error("no experiment is called `{id}`: take one of {known}")]
    UnknownExperiment {
        /// The id.
        id: String,
        /// Those that are declared.
        known: String,
    },
    /// The experiment has no such arm.
    #[error("experiment `{id}` has no arm `{arm}`: take one of {known}")]
    UnknownArm {
        /// The experiment.
        id: String,
        /// The arm.
        arm: String,
        /// Its arms.
        known: String,
    },
    /// It ended before.
    #[error("experiment `{0}` has ended at {1}: nothing is changed")]
    Ended(String, String),
    /// Blocks are read once.
    #[error(
        "experiment `{0}` is drawn by the clock: its blocks are read once, at the declared end, and an end that is chosen after a look makes \
         the test wrong. Wait for it; to give it up unread, remove its table"
    )]
    ReadOnce(String),
    /// The shares of an interleaving are halves.
    #[error("experiment `{0}` interleaves two orders, half of the picks each: it has no weights")]
    NoWeights(String),
    /// As many weights as arms.
    #[error("{given} weights for the {arms} arms of `{id}` ({names}): give one for each, in their order")]
    Weights {
        /// The experiment.
        id: String,
        /// Given weights.
        given: usize,
        /// Its arms.
        arms: usize,
        /// Their names.
        names: String,
    },
    /// The ramp changes nothing.
    #[error("experiment `{0}` has these shares already: nothing is changed")]
    Unchanged(String),
    /// The time is no time.
    #[error("{0} is no time that a file can hold")]
    Time(i64),
    /// The file is wrong, or would be.
    #[error("the declaration would be wrong: {0}")]
    Declaration(String),
}

/// New shares of the draws.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Ramp {
    /// The experiment's part of its layer's draws.
    pub range: Option<[f64; 2]>,
    /// A weight for each arm.
    pub weights: Option<Vec<u32>>,
}

/// Reads a declaration with the times of its zone, as whoever edits it does; errors in words.
pub type Check<'c> = &'c dyn Fn(&str) -> Result<Experiments, String>;

/// Ends an experiment at a time: visits from then on see no arm of it, and its orders until then are read as before.
///
/// ```
/// use shelfwise_measure::{change::stop, declaration::parse};
///
/// let text = "[[experiment]]\nid = \"hero\" # spring\nunit = \"visit\"\nread = [\"orders\"]\n\
///     arms = [{ name = \"plain\", weight = 1 }, { name = \"warm\", weight = 1 }]\n";
/// let check = |text: &str| parse(text).map_err(|error| error.to_string());
/// let change = stop(text, "hero", 1_793_577_600_000, &check).unwrap();
/// assert!(change.text.starts_with("[[experiment]]\nid = \"hero\" # spring\n"));
/// assert!(change.text.ends_with("until = 2026-11-02T00:00:00Z\n"));
/// ```
///
/// # Errors
/// [`ChangeError`]: an unknown or ended experiment, or one of unit `window`.
pub fn stop(text: &str, id: &str, at_ms: i64, check: Check<'_>) -> Result<Change, ChangeError> {
    let (mut document, own) = open(text, id, check)?;
    check_running(&own, at_ms)?;
    if own.unit == Unit::Window {
        return Err(ChangeError::ReadOnce(id.to_owned()));
    }
    end(&mut document, id, &own, at_ms)?;
    let change = Change {
        text: document.to_string(),
        done: format!("Experiment `{id}` ends at {}.", written(at_ms)?),
        notes: vec![format!(
            "Its orders until then keep version `{}`: read them with this file. Its arms end when the next release is out.",
            letters(own.version)
        )],
    };
    let after = open(&change.text, id, check)?.1;
    debug_assert_eq!(after.version, own.version, "an end is no part of the version");
    Ok(change)
}

/// Gives an experiment other shares of the draws. One that has begun becomes a new version, which begins now: its orders are
/// never added to those of the shares before.
///
/// # Errors
/// [`ChangeError`]; the new shares must leave the declaration right, so that draws of two experiments do not overlap.
pub fn ramp(text: &str, id: &str, ramp: &Ramp, at_ms: i64, check: Check<'_>) -> Result<Change, ChangeError> {
    let (mut document, own) = open(text, id, check)?;
    check_running(&own, at_ms)?;
    if own.is_interleaved && ramp.weights.is_some() {
        return Err(ChangeError::NoWeights(id.to_owned()));
    }
    let table = table_of(&mut document, id)?;
    if let Some(range) = ramp.range {
        set(table, "range", Value::from_iter(range));
    }
    if let Some(weights) = &ramp.weights {
        set_weights(table, &own, weights)?;
    }
    let ramped = open(&document.to_string(), id, check)?.1;
    if ramped.version == own.version {
        return Err(ChangeError::Unchanged(id.to_owned()));
    }
    let has_begun = own.from_ms.is_none_or(|from| from <= at_ms);
    let mut notes = Vec::new();
    if has_begun {
        set(table_of(&mut document, id)?, FROM, time(at_ms)?);
        notes.push(format!(
            "It had begun, so this is a new version from {} on. Orders of version `{}` are read with the file as it was: keep a copy. \
             `experiment read --apart` reads the new version alone.",
            written(at_ms)?,
            letters(own.version)
        ));
    }
    if own.unit == Unit::Device {
        notes.push(
            "A device keeps its draw, not its arm: some change arms with the shares, and their customers know the other arm.".to_owned(),
        );
    }
    let text = document.to_string();
    let after = open(&text, id, check)?.1;
    Ok(Change {
        text,
        done: format!(
            "Experiment `{id}`, version `{}`: {}.",
            letters(after.version),
            shares(&after)
        ),
        notes,
    })
}

/// Ends an experiment, and gives everybody one of its arms as far as the file can say it: an arm's `objective` is what the
/// objectives of the policy's rules may cost.
///
/// # Errors
/// [`ChangeError`]: those of [`stop`], and an unknown arm. A switchback may be shipped from its declared end on.
pub fn ship(text: &str, id: &str, arm: &str, at_ms: i64, check: Check<'_>) -> Result<Change, ChangeError> {
    let (mut document, own) = open(text, id, check)?;
    let Some(place) = own.arms.iter().position(|own| own.name == arm) else {
        return Err(ChangeError::UnknownArm {
            id: id.to_owned(),
            arm: arm.to_owned(),
            known: names(&own),
        });
    };
    let changes = changes(table_of(&mut document, id)?, place);
    let mut notes = Vec::new();
    let is_over = own.until_ms.is_some_and(|until| until <= at_ms);
    if !is_over {
        if own.unit == Unit::Window {
            return Err(ChangeError::ReadOnce(id.to_owned()));
        }
        end(&mut document, id, &own, at_ms)?;
    }
    let mut done = format!("Experiment `{id}` has ended; `{arm}` is for everybody.");
    if place == 0 {
        notes.push("That is the arm in force: nothing else changes.".to_owned());
    } else if own.is_interleaved {
        notes.push(format!("Make `{arm}` the order of the shop in your policy."));
    } else {
        for (word, value) in &changes {
            match may_cost(word, value).map(|cost| set_objectives(&mut document, cost)) {
                Some(changed) if !changed.is_empty() => {
                    done = format!(
                        "{done} Of {} the objective may cost what the arm states.",
                        changed.join(", ")
                    );
                }
                _ => notes.push(format!(
                    "Write into the policy what the arm states: {word} = {}",
                    value.to_string().trim()
                )),
            }
        }
        if changes.is_empty() {
            notes.push(format!(
                "The arm states nothing that a file could hold: give everybody `{arm}` where your own system draws it."
            ));
        }
    }
    let text = document.to_string();
    open(&text, id, check)?;
    Ok(Change { text, done, notes })
}

fn open(text: &str, id: &str, check: Check<'_>) -> Result<(DocumentMut, Experiment), ChangeError> {
    let all = check(text).map_err(ChangeError::Declaration)?;
    let own = all.get(id).cloned().ok_or_else(|| ChangeError::UnknownExperiment {
        id: id.to_owned(),
        known: all
            .experiments
            .iter()
            .map(|own| &*own.id)
            .collect::<Vec<_>>()
            .join(", "),
    })?;
    // What was read is TOML.
    Ok((text.parse().unwrap_or_default(), own))
}

fn check_running(own: &Experiment, at_ms: i64) -> Result<(), ChangeError> {
    match own.until_ms.filter(|until| *until <= at_ms) {
        Some(until) => Err(ChangeError::Ended(own.id.clone(), written(until)?)),
        None => Ok(()),
    }
}

/// Ends an experiment. One that has not begun cannot end before it begins: it ends as it begins, without a draw.
fn end(document: &mut DocumentMut, id: &str, own: &Experiment, at_ms: i64) -> Result<(), ChangeError> {
    let earliest = own.from_ms.map_or(at_ms, |from| at_ms.max(from + MINUTE_MS));
    set(table_of(document, id)?, UNTIL, time(earliest)?);
    Ok(())
}

fn table_of<'d>(document: &'d mut DocumentMut, id: &str) -> Result<&'d mut Table, ChangeError> {
    let tables = document.get_mut(EXPERIMENT).and_then(Item::as_array_of_tables_mut);
    let own = tables.into_iter().flat_map(ArrayOfTables::iter_mut);
    let mut own = own.filter(|table| table.get("id").and_then(Item::as_str) == Some(id));
    own.next().ok_or_else(|| ChangeError::UnknownExperiment {
        id: id.to_owned(),
        known: "those that are written as [[experiment]]".to_owned(),
    })
}

/// Puts a value in the place of another, whose comment stays.
fn set(table: &mut dyn TableLike, word: &str, mut value: Value) {
    if let Some(there) = table.get(word).and_then(Item::as_value) {
        *value.decor_mut() = there.decor().clone();
    }
    match table.get_mut(word) {
        Some(item) => *item = Item::Value(value),
        None => {
            table.insert(word, Item::Value(value));
        }
    }
}

fn set_weights(table: &mut Table, own: &Experiment, weights: &[u32]) -> Result<(), ChangeError> {
    let wrong = || ChangeError::Weights {
        id: own.id.clone(),
        given: weights.len(),
        arms: own.arms.len(),
        names: names(own),
    };
    if weights.len() != own.arms.len() {
        return Err(wrong());
    }
    let new = |weight: u32| Value::from(i64::from(weight));
    match table.get_mut("arms") {
        Some(Item::Value(Value::Array(arms))) => {
            for (arm, weight) in arms.iter_mut().zip(weights) {
                set(arm.as_inline_table_mut().ok_or_else(wrong)?, "weight", new(*weight));
            }
        }
        Some(Item::ArrayOfTables(arms)) => {
            for (arm, weight) in arms.iter_mut().zip(weights) {
                set(arm, "weight", new(*weight));
            }
        }
        _ => return Err(wrong()),
    }
    Ok(())
}

/// Returns what an arm states beside its name and weight.
fn changes(table: &Table, place: usize) -> Vec<(String, Item)> {
    let arm: Option<&dyn TableLike> = match table.get("arms") {
        Some(Item::Value(Value::Array(arms))) => arms.get(place).and_then(Value::as_inline_table).map(|arm| arm as _),
        Some(Item::ArrayOfTables(arms)) => arms.get(place).map(|arm| arm as _),
        _ => None,
    };
    let words = arm.into_iter().flat_map(TableLike::iter);
    let stated = words.filter(|(word, _)| !matches!(*word, "name" | "weight"));
    stated.map(|(word, value)| (word.to_owned(), value.clone())).collect()
}

/// Returns what the objective of an arm may cost, if that is what it states.
fn may_cost(word: &str, value: &Item) -> Option<f64> {
    let table = value.as_table_like().filter(|_| word == "objective")?;
    table.get("may_cost")?.as_float()
}

/// Sets what objectives may cost, and returns the rules that have one.
fn set_objectives(document: &mut DocumentMut, cost: f64) -> Vec<String> {
    let rules = document.get_mut(RULE).and_then(Item::as_array_of_tables_mut);
    let mut changed = Vec::new();
    for rule in rules.into_iter().flat_map(ArrayOfTables::iter_mut) {
        let id = rule.get("id").and_then(Item::as_str).unwrap_or_default().to_owned();
        if let Some(objective) = rule.get_mut("objective").and_then(Item::as_table_like_mut) {
            set(objective, "may_cost", cost.into());
            changed.push(format!("`{id}`"));
        }
    }
    changed
}

fn names(own: &Experiment) -> String {
    own.arms.iter().map(|arm| &*arm.name).collect::<Vec<_>>().join(", ")
}

fn shares(own: &Experiment) -> String {
    let share = |arm: &crate::Arm| {
        let percent = 100.0 * f64::from(arm.share) / f64::from(crate::declaration::DRAWS);
        format!("{} {percent:.1} % of the layer’s draws", arm.name)
    };
    own.arms.iter().map(share).collect::<Vec<_>>().join(", ")
}

fn time(at_ms: i64) -> Result<Value, ChangeError> {
    let time: Result<Datetime, _> = written(at_ms)?.parse();
    time.map(Value::from).map_err(|_| ChangeError::Time(at_ms))
}

/// Returns a time in UTC: the next whole minute, as declarations have no seconds.
fn written(at_ms: i64) -> Result<String, ChangeError> {
    let minutes = at_ms.div_euclid(MINUTE_MS) + i64::from(at_ms.rem_euclid(MINUTE_MS) > 0);
    let time = jiff::Timestamp::from_second(minutes.saturating_mul(60)).map_err(|_| ChangeError::Time(at_ms))?;
    Ok(time.strftime("%Y-%m-%dT%H:%M:%SZ").to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 2026-11-20.
    const NOW_MS: i64 = 1_795_132_800_000;

    const FILE: &str = "# Ours.\n[[layer]]\nname = \"order\" # one\n\n[[experiment]]\nid = \"other\"\nrange = [0.5, 1.0]\nunit = \"visit\"\n\
        arms = [{ name = \"a\", weight = 1 }, { name = \"b\", weight = 1 }]\nread = [\"orders\"]\n\n\
        [[experiment]]\nid = \"winter\"\nrange = [0.0, 0.2]   # a fifth\nunit = \"visit\"\n\
        arms = [\n  { name = \"old\", weight = 1 }, # in force\n  { name = \"new\", weight = 1, objective = { may_cost = 0.03 } },\n]\n\
        read = [\"orders\"]\nfrom = 2026-11-02 # a Monday\nuntil = 2027-01-31\n\n\
        [[rule]]\nid = \"margin\"\nobjective = { raise = \"value\", may_cost = 0.02 } # careful\n";

    fn check(text: &str) -> Result<Experiments, String> {
        crate::declaration::parse(text).map_err(|error| error.to_string())
    }

    fn version(text: &str) -> u16 {
        check(text).unwrap().get("winter").unwrap().version
    }

    #[test]
    fn stop_changes_the_end_and_no_other_byte() {
        let change = stop(FILE, "winter", NOW_MS, &check).unwrap();
        assert_eq!(
            change.text,
            FILE.replace("until = 2027-01-31", "until = 2026-11-20T00:00:00Z")
        );
        assert_eq!(version(&change.text), version(FILE), "its orders are read as before");
        let again = stop(&change.text, "winter", NOW_MS, &check).unwrap_err().to_string();
        assert!(again.contains("has ended at 2026-11-20T00:00:00Z"), "{again}");
    }

    #[test]
    fn ramp_of_what_has_begun_is_a_new_version_from_now_on() {
        let wider = Ramp {
            range: Some([0.0, 0.5]),
            weights: Some(vec![1, 3]),
        };
        let change = ramp(FILE, "winter", &wider, NOW_MS, &check).unwrap();
        let expected = FILE
            .replace("[0.0, 0.2]   # a fifth", "[0.0, 0.5]   # a fifth")
            .replace("name = \"new\", weight = 1", "name = \"new\", weight = 3")
            .replace("from = 2026-11-02 #", "from = 2026-11-20T00:00:00Z #");
        assert_eq!(change.text, expected);
        assert_ne!(version(&change.text), version(FILE));
        assert!(change.notes[0].contains(&letters(version(FILE))), "{:?}", change.notes);
        let before = ramp(FILE, "winter", &wider, NOW_MS - 40 * 86_400_000, &check).unwrap();
        assert!(before.text.contains("from = 2026-11-02 #") && before.notes.is_empty());
    }

    #[test]
    fn ramp_that_would_mix_draws_or_change_nothing_is_refused() {
        let error = |ramped: Ramp| ramp(FILE, "winter", &ramped, NOW_MS, &check).unwrap_err().to_string();
        let range = |range| Ramp {
            range: Some(range),
            weights: None,
        };
        assert!(error(range([0.0, 0.6])).contains("`other`"));
        assert!(error(range([0.0, 0.2])).contains("has these shares already"));
        let weights = Ramp {
            range: None,
            weights: Some(vec![1]),
        };
        assert!(error(weights).contains("1 weights for the 2 arms of `winter` (old, new)"));
    }

    #[test]
    fn ship_writes_what_the_arm_states_into_the_policy() {
        let change = ship(FILE, "winter", "new", NOW_MS, &check).unwrap();
        let expected = FILE
            .replace("may_cost = 0.02", "may_cost = 0.03")
            .replace("until = 2027-01-31", "until = 2026-11-20T00:00:00Z");
        assert_eq!(change.text, expected);
        assert!(
            change.done.contains("`margin`") && change.notes.is_empty(),
            "{change:?}"
        );
        let kept = ship(FILE, "winter", "old", NOW_MS, &check).unwrap();
        assert!(kept.text.contains("may_cost = 0.02"));
        let plain = ship(
            &FILE.replace("objective = { raise", "boost = { raise"),
            "winter",
            "new",
            NOW_MS,
            &check,
        )
        .unwrap();
        assert!(
            plain.notes[0].contains("Write into the policy what the arm states: objective"),
            "{plain:?}"
        );
        let error = ship(FILE, "winter", "newer", NOW_MS, &check).unwrap_err().to_string();
        assert!(error.contains("has no arm `newer`: take one of old, new"), "{error}");
    }

    #[test]
    fn switchback_is_neither_stopped_nor_shipped_before_its_end() {
        let text = "[[experiment]]\nid = \"winter\"\nunit = \"window\"\nwindow = { hours = 4 }\nread = [\"orders\"]\n\
            arms = [{ name = \"old\", weight = 1 }, { name = \"new\", weight = 1 }]\nfrom = 2026-11-02\nuntil = 2027-01-31\n";
        for error in [
            stop(text, "winter", NOW_MS, &check).unwrap_err(),
            ship(text, "winter", "new", NOW_MS, &check).unwrap_err(),
        ] {
            assert_eq!(error, ChangeError::ReadOnce("winter".to_owned()));
        }
        assert!(ship(text, "winter", "new", NOW_MS + 90 * 86_400_000, &check).is_ok());
    }
}
