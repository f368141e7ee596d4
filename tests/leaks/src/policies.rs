//! Leaky policies and facts: each built of the honest builder's parts, with one thing wrong.

use anyhow::{Context as _, Result, bail, ensure};
use shelfwise_audit::report::{Outcome, Step};
use shelfwise_audit::shipped::Files;
use shelfwise_audit::steps::secrets::{Secrets, step};
use shelfwise_core::allocation::{Allocation, Arm, Experiment, Layer, Unit};
use shelfwise_core::facts::{Cells, ColumnTable, FactKind, FactsBuilder, Input, levels};
use shelfwise_core::policy::PolicySource;
use shelfwise_core::policy::lint::{CatalogIndex, CatalogSource};
use shelfwise_core::report::mechanism;
use shelfwise_core::{Item, Policy};

/// Items of the shop: sixteen levels of twenty.
const ITEMS: usize = 320;

/// The policy of the shop.
const POLICY: &str = "[[fact]]\nname = \"margin\"\nkind = \"share\"\nsecret = true\n\n\
    [[rule]]\nid = \"margin-floor\"\nowner = \"Erika Musterfrau\"\nreason = \"the contract with the bank\"\n\
    hide = { where = \"margin < 0.1\" }\n";

/// A policy with a question.
const ASKING: &[u8] = include_bytes!("../../snapshots/policies/reports.swp");

fn secrets() -> Secrets {
    let set = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect();
    Secrets {
        names: set(&["margin"]),
        words: set(&["Erika Musterfrau", "the contract with the bank"]),
        values: set(&["value"]),
    }
}

/// Audits what the honest builder makes.
///
/// # Errors
/// If it fails, or nothing is proved.
pub fn honest() -> Result<()> {
    let step = audit(policy(POLICY)?, facts(vec![value(16)])?);
    println!("honest  {:<13}{}", step.name, step.outcome.words());
    ensure!(step.outcome == Outcome::Passed, "{:#?}", step.findings);
    let step = arms(&[&[32_768, 32_768], &[21_845, 21_845, 21_846]]);
    println!("honest  {:<13}{}", step.name, step.outcome.words());
    ensure!(step.outcome == Outcome::Passed, "{:#?}", step.findings);
    let step = asked(1.0)?;
    println!("honest  {:<13}{}", step.name, step.outcome.words());
    ensure!(step.outcome == Outcome::Passed, "{:#?}", step.findings);
    Ok(())
}

/// Audits what a leaky builder makes.
///
/// # Errors
/// If there is no such builder.
pub fn planted(name: &str) -> Result<Step> {
    let (rules, columns) = match name {
        "secret-as-column" => (
            POLICY.to_owned(),
            vec![value(16), column("margin", FactKind::Share, margins())],
        ),
        "secret-in-condition" => (POLICY.replace("secret = true\n", ""), vec![value(16)]),
        "reason-in-name" => (
            POLICY.replace("\"margin-floor\"", "\"floor, for Erika Musterfrau\""),
            vec![value(16)],
        ),
        "levels-of-one" => (POLICY.to_owned(), vec![value(20)]),
        "arm-as-id" => return Ok(arms(&[&[3_120; 21][..]; 3])),
        "arm-for-few" => return Ok(arms(&[&[65_533, 3]])),
        "epsilon-above-claim" => return asked(1.05),
        _ => bail!("there is no builder `{name}`"),
    };
    Ok(audit(policy(&rules)?, facts(columns)?))
}

/// Audits a policy with an experiment of so many arms in each layer, by their shares of the draws.
fn arms(layers: &[&[u32]]) -> Step {
    let arm = |(number, share): (usize, &u32)| Arm {
        name: number.to_string(),
        share: *share,
        is_store_order: false,
    };
    let layer = |(key, shares): (u16, &&[u32])| Layer {
        key,
        unit: Unit::Visit,
        experiments: vec![Experiment {
            id: format!("layer-{key}"),
            version: 0,
            from_ms: None,
            until_ms: None,
            block_ms: 0,
            is_interleaved: false,
            first: 0,
            arms: shares.iter().enumerate().map(arm).collect(),
        }],
    };
    let allocation = Allocation {
        holdout: None,
        layers: (1..).zip(layers).map(layer).collect(),
    };
    let policy = Policy {
        allocation,
        ..Policy::default()
    };
    shelfwise_audit::steps::arms::step(&Files::from([("policy.swp".to_owned(), policy.encode())]))
}

/// Audits a policy that asks visits, with the noise of so many times the ε that it states.
fn asked(times: f64) -> Result<Step> {
    let mut policy = Policy::decode(ASKING).context("the policy that asks cannot be read")?;
    for question in &mut policy.questions {
        let epsilon = times * f64::from(question.claim) / 1_000.0;
        question.mechanism =
            mechanism(question.mechanism.buckets().into(), epsilon).context("there is no such noise")?;
    }
    let files = Files::from([("policy.swp".to_owned(), policy.encode())]);
    Ok(shelfwise_audit::steps::epsilon::step(&files))
}

fn audit(policy: Vec<u8>, facts: Vec<u8>) -> Step {
    let files = Files::from([("policy.swp".to_owned(), policy), ("facts.swf".to_owned(), facts)]);
    step(&files, Some(&secrets()))
}

/// Builds a policy as `shelfwise policy build` does: rules over secrets become lists.
fn policy(text: &str) -> Result<Vec<u8>> {
    let ids: Vec<String> = (0..ITEMS).map(|item| format!("sku{item:03}")).collect();
    let mut goods = CatalogIndex::new(CatalogSource::Catalog, ids.iter().map(|id| Item::new(id)));
    goods.add_numbers("margin", FactKind::Share, margins());
    let source: PolicySource = toml::from_str(text)?;
    Ok(source.build(Some(&goods))?.encode())
}

fn facts(columns: Vec<ColumnTable>) -> Result<Vec<u8>> {
    let builder = FactsBuilder {
        ids_sha256: [7; 32],
        items: ITEMS,
        columns,
    };
    Ok(builder.build()?)
}

fn column(name: &str, kind: FactKind, values: Vec<Option<i32>>) -> ColumnTable {
    ColumnTable {
        name: name.into(),
        kind,
        cells: Cells::numbers(values),
    }
}

/// The composed value, in so many levels.
fn value(most: usize) -> ColumnTable {
    let margins = margins();
    let input = Input {
        weight: 1.0,
        values: &margins,
    };
    let levels = levels(&[input], most, ITEMS / most);
    let levels = levels.into_iter().map(|level| level.map(i32::from));
    column("value", FactKind::Count, levels.collect())
}

fn margins() -> Vec<Option<i32>> {
    (0..ITEMS as i32).map(|item| Some(item * 7 % 1000)).collect()
}
