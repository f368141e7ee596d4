//! The report as SARIF 2.1.0 (<https://docs.oasis-open.org/sarif/sarif/v2.1.0/>), for code scanners.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::{Finding, Report};

/// Returns findings as results; steps that were not proved are notifications of the run.
pub fn sarif(report: &Report) -> Value {
    let codes: BTreeSet<_> = report
        .findings()
        .map(|(step, finding)| (&finding.code, &step.claim))
        .collect();
    let rules: Vec<_> = codes
        .iter()
        .map(|(code, claim)| json!({ "id": code, "shortDescription": { "text": claim } }))
        .collect();
    let results: Vec<_> = report.findings().map(|(_, finding)| result(finding)).collect();
    let open = report
        .steps
        .iter()
        .filter(|step| step.outcome == super::Outcome::NotProved);
    let notes: Vec<_> = open
        .map(|step| json!({ "level": "note", "message": { "text": format!("{}: not proved: {}", step.name, step.tried.join("; ")) } }))
        .collect();
    json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": { "name": "shelfwise audit", "version": report.tool, "rules": rules } },
            "invocations": [{ "executionSuccessful": true, "endTimeUtc": report.at, "toolExecutionNotifications": notes }],
            "results": results,
        }],
    })
}

fn result(finding: &Finding) -> Value {
    let mut result = json!({
        "ruleId": finding.code,
        "level": "error",
        "message": { "text": format!("{} {}", finding.message, finding.advice) },
    });
    if let Some(file) = &finding.file {
        let mut place = json!({ "artifactLocation": { "uri": file } });
        if let (Some(line), Some(column)) = (finding.line, finding.column) {
            place["region"] = json!({ "startLine": line, "startColumn": column });
        }
        result["locations"] = json!([{ "physicalLocation": place }]);
    }
    result
}
