//! Parses exported types with their comments, in the subset of TypeScript that `types.ts` uses: top-level declarations
//! with members one level deep, each terminated by a semicolon.

/// An exported type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Declaration {
    /// Its name.
    pub name: String,
    /// The comment above it, without the delimiters; line breaks are kept, for lists.
    pub about: String,
    /// Its structure.
    pub shape: Shape,
}

/// The structure of a type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Shape {
    /// An object type with its members.
    Interface(Vec<Member>),
    /// A union of string literals, each with its trailing comment; empty if there is none.
    Words(Vec<(String, String)>),
    /// Any other type, as its source text.
    Other(String),
}

/// A field or a method.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// The declaration on one line, without the semicolon.
    pub signature: String,
    /// The comment above or after it, on one line.
    pub about: String,
}

/// Returns all exported types in source order. Errs with the line of the first declaration that cannot be parsed.
pub fn parse(source: &str) -> Result<Vec<Declaration>, String> {
    let mut lines = Lines::new(source);
    let mut all = Vec::new();
    // The comment at the top documents the file, not a type.
    lines.comment();
    while !lines.is_at_end() {
        let about = lines.comment();
        let at = lines.at;
        let first = lines.next();
        let declaration = if let Some(name) = between(first, "export interface ", " {") {
            let shape = Shape::Interface(members(&mut lines)?);
            (name, shape)
        } else if let Some((name, rest)) = first
            .strip_prefix("export type ")
            .and_then(|rest| rest.split_once(" ="))
        {
            (name.to_owned(), alias(rest, &mut lines))
        } else {
            return Err(format!(
                "line {}: neither `export interface` nor `export type`: {first}",
                at + 1
            ));
        };
        let (name, shape) = declaration;
        all.push(Declaration { name, about, shape });
    }
    Ok(all)
}

fn members(lines: &mut Lines<'_>) -> Result<Vec<Member>, String> {
    let mut all = Vec::new();
    loop {
        let above = lines.comment().replace('\n', " ");
        let at = lines.at;
        let mut text = lines.next().to_owned();
        if text == "}" {
            return Ok(all);
        }
        while !without_comment(&text).0.ends_with(';') {
            if lines.is_at_end() || lines.peek() == "}" {
                return Err(format!("line {}: the member has no end: {text}", at + 1));
            }
            text = format!("{text} {}", lines.next());
        }
        let (code, behind) = without_comment(&text);
        let about = if above.is_empty() { behind.to_owned() } else { above };
        all.push(Member {
            signature: code.trim_end_matches(';').to_owned(),
            about,
        });
    }
}

/// Parses a type alias up to the line that ends with a semicolon.
fn alias(rest: &str, lines: &mut Lines<'_>) -> Shape {
    let mut rows = vec![rest.trim()];
    while !rows.last().is_some_and(|row| without_comment(row).0.ends_with(';')) && !lines.is_at_end() {
        rows.push(lines.next());
    }
    let rows: Vec<_> = rows.into_iter().filter(|row| !row.is_empty()).collect();
    words(&rows).map_or_else(
        || Shape::Other(rows.join(" ").trim_end_matches(';').to_owned()),
        Shape::Words,
    )
}

/// Returns the members of a union of string literals; `None` if it is another type.
fn words(rows: &[&str]) -> Option<Vec<(String, String)>> {
    let mut all = Vec::new();
    for row in rows {
        let (code, behind) = without_comment(row);
        let parts = code
            .trim_end_matches(';')
            .split('|')
            .map(str::trim)
            .filter(|part| !part.is_empty());
        for part in parts {
            let word = part.strip_prefix('"')?.strip_suffix('"')?;
            all.push((word.to_owned(), behind.to_owned()));
        }
    }
    (!all.is_empty()).then_some(all)
}

/// Splits a line into its code and its trailing comment.
fn without_comment(line: &str) -> (&str, &str) {
    line.split_once(" // ")
        .map_or((line, ""), |(code, comment)| (code.trim_end(), comment.trim()))
}

fn between(line: &str, before: &str, after: &str) -> Option<String> {
    Some(line.strip_prefix(before)?.strip_suffix(after)?.to_owned())
}

/// A cursor over trimmed lines that skips empty ones.
struct Lines<'a> {
    all: Vec<&'a str>,
    at: usize,
}

impl<'a> Lines<'a> {
    fn new(source: &'a str) -> Self {
        let mut lines = Self {
            all: source.lines().map(str::trim).collect(),
            at: 0,
        };
        lines.skip_empty();
        lines
    }

    fn is_at_end(&self) -> bool {
        self.at >= self.all.len()
    }

    fn peek(&self) -> &'a str {
        self.all.get(self.at).copied().unwrap_or("")
    }

    fn next(&mut self) -> &'a str {
        let line = self.peek();
        self.at += 1;
        self.skip_empty();
        line
    }

    fn skip_empty(&mut self) {
        while self.all.get(self.at).is_some_and(|line| line.is_empty()) {
            self.at += 1;
        }
    }

    /// Consumes the documentation comment at the cursor. Returns it without delimiters; empty if there is none.
    fn comment(&mut self) -> String {
        let mut text: Vec<&str> = Vec::new();
        if !self.peek().starts_with("/**") {
            return String::new();
        }
        loop {
            let at_end = self.is_at_end();
            let line = self.all.get(self.at).copied().unwrap_or("*/");
            self.at += 1;
            let inner = line.trim_start_matches("/**").trim_end_matches("*/").trim();
            text.push(inner.strip_prefix('*').map_or(inner, str::trim_start));
            if at_end || line.ends_with("*/") {
                self.skip_empty();
                return text.join("\n").trim().to_owned();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn interface_has_its_members_with_comments() {
        let source = "/** A file. */\n\n/** A shelf. */\nexport interface Shelf {\n    /** How\n     * wide. */\n    width?: number;\n    fill(\n        items: string[],\n    ): void; // at once\n}\n";
        let all = parse(source).unwrap();
        assert_eq!((all[0].name.as_str(), all[0].about.as_str()), ("Shelf", "A shelf."));
        let Shape::Interface(members) = &all[0].shape else {
            panic!("{all:?}")
        };
        assert_eq!(members[0].signature, "width?: number");
        assert_eq!(members[0].about, "How wide.");
        assert_eq!(members[1].signature, "fill( items: string[], ): void");
        assert_eq!(members[1].about, "at once");
    }

    #[test]
    fn union_of_words_keeps_the_comment_of_each() {
        let source =
            "/** F. */\nexport type Code =\n    | \"a\" // first\n    | \"b\" | \"c\";\nexport type Size = number;\n";
        let all = parse(source).unwrap();
        let words = [("a", "first"), ("b", ""), ("c", "")].map(|(word, about)| (word.to_owned(), about.to_owned()));
        assert_eq!(all[0].shape, Shape::Words(words.to_vec()));
        assert_eq!(all[1].shape, Shape::Other("number".into()));
    }

    #[test]
    fn unknown_syntax_is_an_error_with_its_line() {
        let error = parse("/** F. */\n\nexport const x = 1;\n").unwrap_err();
        assert!(error.starts_with("line 3:"), "{error}");
        assert!(
            parse("/** F. */\nexport interface A {\n    a: number\n}\n")
                .unwrap_err()
                .starts_with("line 3:")
        );
    }
}
