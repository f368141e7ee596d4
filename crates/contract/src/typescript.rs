//! Shapes as TypeScript: types with their comments, and checks of answers.

use std::fmt::Write as _;

use crate::shape::{Field, Holds, Kind, Shape};

/// The longest line that is written, as everywhere in the sources.
const MAX_COLUMNS: usize = 120;

/// Which way a record goes, which decides how a missing value is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// From the page: a field may be left out.
    Input,
    /// From the engine: every field is there, and may be null.
    Output,
}

/// The type's declaration.
pub fn declaration(shape: &Shape, direction: Direction) -> String {
    let mut out = comment(&shape.about, "");
    let name = &shape.name;
    match &shape.kind {
        Kind::Record(fields) => {
            _ = writeln!(out, "export interface {name} {{");
            for field in fields {
                out += &comment(&field.about, "    ");
                _ = writeln!(out, "    {};", member(field, direction));
            }
            out += "}\n";
        }
        Kind::Words(words) => {
            _ = writeln!(out, "export type {name} =");
            for (at, (word, about)) in words.iter().enumerate() {
                let end = if at + 1 == words.len() { ";" } else { "" };
                _ = writeln!(out, "    | \"{word}\"{end} // {}", about.trim_end_matches('.'));
            }
        }
    }
    out
}

/// The check of an answer of that shape, under the type's name with a small first letter.
pub fn check(shape: &Shape) -> String {
    let name = check_name(&shape.name);
    let body = match &shape.kind {
        Kind::Record(fields) => {
            let fields: Vec<_> = fields
                .iter()
                .map(|field| format!("{}: {}", field.name, check_of_field(field)))
                .collect();
            pure("record", &format!("{{ {} }}", fields.join(", ")))
        }
        Kind::Words(words) => {
            let words: Vec<_> = words.iter().map(|(word, _)| format!("\"{word}\"")).collect();
            pure("oneOf", &words.join(", "))
        }
    };
    format!("/** @internal */ export const {name} = {body};\n")
}

fn member(field: &Field, direction: Direction) -> String {
    let (name, kind) = (&field.name, kind(&field.holds));
    match (field.optional, direction) {
        (false, _) => format!("{name}: {kind}"),
        (true, Direction::Input) => format!("{name}?: {kind}"),
        (true, Direction::Output) => format!("{name}: {kind} | null"),
    }
}

fn kind(holds: &Holds) -> String {
    match holds {
        Holds::Text => "string".to_owned(),
        Holds::Number => "number".to_owned(),
        Holds::Flag => "boolean".to_owned(),
        Holds::Bytes => "Uint8Array".to_owned(),
        Holds::Named(name) => name.clone(),
        Holds::List(one) => format!("{}[]", kind(one)),
    }
}

fn check_of_field(field: &Field) -> String {
    let check = check_of(&field.holds);
    if field.optional { pure("orNull", &check) } else { check }
}

fn check_of(holds: &Holds) -> String {
    match holds {
        Holds::Text => "text".to_owned(),
        Holds::Number => "number".to_owned(),
        Holds::Flag => "flag".to_owned(),
        Holds::Bytes => "bytes".to_owned(),
        Holds::Named(name) => check_name(name),
        Holds::List(one) => pure("list", &check_of(one)),
    }
}

/// A call that bundlers may leave out: a script that needs a constant of the contract carries no checks along.
fn pure(function: &str, words: &str) -> String {
    format!("/* @__PURE__ */ {function}({words})")
}

fn check_name(name: &str) -> String {
    let (first, rest) = name.split_at(1);
    format!("check{}{rest}", first.to_uppercase())
}

/// A comment of one line, or of as many as it needs.
fn comment(about: &str, indent: &str) -> String {
    let one = format!("{indent}/** {about} */\n");
    if about.is_empty() || one.chars().count() <= MAX_COLUMNS {
        return if about.is_empty() { String::new() } else { one };
    }
    let (mut out, mut line) = (format!("{indent}/**\n"), format!("{indent} *"));
    for word in about.split(' ') {
        if line.chars().count() + 1 + word.chars().count() > MAX_COLUMNS {
            out += &line;
            line = format!("\n{indent} *");
        }
        line.push(' ');
        line += word;
    }
    out += &line;
    _ = write!(out, "\n{indent} */\n");
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use shelfwise_core::shown;

    use crate::messages::ListedItem;

    #[test]
    fn optional_field_is_null_in_an_answer_and_absent_in_a_request() {
        let answer = declaration(&Shape::of::<shown::RuledOut>().unwrap(), Direction::Output);
        assert!(answer.contains("\n    rule: string | null;\n"), "{answer}");
        let request = declaration(&Shape::of::<ListedItem>().unwrap(), Direction::Input);
        assert!(request.contains("\n    in_stock?: boolean;\n"), "{request}");
    }

    #[test]
    fn check_of_a_record_has_every_field_and_its_type() {
        let check = check(&Shape::of::<shown::Reason>().unwrap());
        assert!(
            check.ends_with(
                "checkReason = /* @__PURE__ */ record({ code: checkReasonCode, evidence: /* @__PURE__ */ list(text) });\n"
            ),
            "{check}"
        );
    }

    #[test]
    fn long_comment_is_wrapped() {
        let comment = comment("word ".repeat(60).trim_end(), "    ");
        assert!(comment.lines().count() > 3 && comment.lines().all(|line| line.len() <= MAX_COLUMNS));
    }
}
