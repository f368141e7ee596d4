//! Cuts JavaScript into tokens, as far as reading generated glue needs it: comments fall away, and what stands
//! in strings and regular expressions is never taken for code.

use std::iter::Peekable;
use std::str::CharIndices;

use anyhow::{Result, bail};

/// One token of a script.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    /// What it is.
    pub kind: Kind,
    /// As it stands in the script.
    pub text: String,
    /// Whether blank space or a comment stood before it.
    pub spaced: bool,
}

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// An identifier, a keyword or a number.
    Word,
    /// One character of punctuation.
    Sign,
    /// A string, a piece of a template or a regular expression.
    Text,
}

/// Tokens of a script. Errs on a comment, string or expression without its end.
pub fn tokens(script: &str) -> Result<Vec<Token>> {
    let mut lexer = Lexer {
        script,
        chars: script.char_indices().peekable(),
        tokens: Vec::new(),
        templates: Vec::new(),
    };
    lexer.run()?;
    Ok(lexer.tokens)
}

/// The same tokens in one line: how a script is compared.
pub fn line(tokens: &[Token]) -> String {
    let mut line = String::new();
    for token in tokens {
        if token.spaced && !line.is_empty() {
            line.push(' ');
        }
        line.push_str(&token.text);
    }
    line
}

struct Lexer<'a> {
    script: &'a str,
    chars: Peekable<CharIndices<'a>>,
    tokens: Vec<Token>,
    /// Braces open inside each `${` that is open.
    templates: Vec<usize>,
}

impl Lexer<'_> {
    fn run(&mut self) -> Result<()> {
        let mut spaced = false;
        while let Some((start, c)) = self.chars.next() {
            let next = self.chars.peek().map(|&(_, c)| c);
            match (c, next) {
                _ if c.is_whitespace() => {
                    spaced = true;
                    continue;
                }
                ('/', Some('/')) => {
                    self.skip_line();
                    spaced = true;
                    continue;
                }
                ('/', Some('*')) => {
                    self.skip_comment(start)?;
                    spaced = true;
                    continue;
                }
                _ => self.token(start, c, spaced)?,
            }
            spaced = false;
        }
        Ok(())
    }

    fn token(&mut self, start: usize, c: char, spaced: bool) -> Result<()> {
        let kind = match c {
            _ if is_word(c) => self.word(),
            '"' | '\'' => self.until(start, &[c])?,
            '`' => self.template(start)?,
            '}' if self.templates.last() == Some(&0) => {
                self.templates.pop();
                self.template(start)?
            }
            '/' if self.regex_may_start() => self.until(start, &['/'])?,
            _ => self.sign(c),
        };
        let end = self.chars.peek().map_or(self.script.len(), |&(at, _)| at);
        let text = self.script.get(start..end).unwrap_or_default().to_owned();
        self.tokens.push(Token { kind, text, spaced });
        Ok(())
    }

    fn word(&mut self) -> Kind {
        while self.chars.next_if(|&(_, c)| is_word(c)).is_some() {}
        Kind::Word
    }

    fn sign(&mut self, c: char) -> Kind {
        if let Some(open) = self.templates.last_mut() {
            match c {
                '{' => *open += 1,
                '}' => *open -= 1,
                _ => {}
            }
        }
        Kind::Sign
    }

    /// To the closing character; a backslash takes the next one with it.
    fn until(&mut self, start: usize, ends: &[char]) -> Result<Kind> {
        while let Some((_, c)) = self.chars.next() {
            match c {
                '\\' => drop(self.chars.next()),
                _ if ends.contains(&c) => return Ok(Kind::Text),
                _ => {}
            }
        }
        bail!("line {}: what opens here has no end", self.line_of(start))
    }

    /// To the end of the template, or to the code inside it.
    fn template(&mut self, start: usize) -> Result<Kind> {
        while let Some((_, c)) = self.chars.next() {
            match c {
                '\\' => drop(self.chars.next()),
                '`' => return Ok(Kind::Text),
                '$' if self.chars.next_if(|&(_, c)| c == '{').is_some() => {
                    self.templates.push(0);
                    return Ok(Kind::Text);
                }
                _ => {}
            }
        }
        bail!("line {}: the template that opens here has no end", self.line_of(start))
    }

    fn skip_line(&mut self) {
        while self.chars.next_if(|&(_, c)| c != '\n').is_some() {}
    }

    fn skip_comment(&mut self, start: usize) -> Result<()> {
        let mut last = ' ';
        // The opening star must not close the comment.
        self.chars.next();
        for (_, c) in self.chars.by_ref() {
            if last == '*' && c == '/' {
                return Ok(());
            }
            last = c;
        }
        bail!("line {}: the comment that opens here has no end", self.line_of(start))
    }

    /// After a value a slash divides; anywhere else it opens a regular expression.
    fn regex_may_start(&self) -> bool {
        self.tokens.last().is_none_or(|last| match last.kind {
            Kind::Word => matches!(last.text.as_str(), "return" | "typeof" | "case"),
            Kind::Sign => !matches!(last.text.as_str(), ")" | "]" | "}"),
            Kind::Text => false,
        })
    }

    fn line_of(&self, start: usize) -> usize {
        self.script.get(..start).unwrap_or_default().matches('\n').count() + 1
    }
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '_' | '$')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(script: &str) -> Vec<String> {
        let all = tokens(script).unwrap();
        all.into_iter()
            .filter(|token| token.kind == Kind::Word)
            .map(|token| token.text)
            .collect()
    }

    #[test]
    fn comments_strings_and_expressions_are_not_code() {
        assert_eq!(
            words("a; // fetch\n/* eval **/ b = 'self' + \"window\" + /self\\/x/.test(c)"),
            ["a", "b", "test", "c"]
        );
    }

    #[test]
    fn code_inside_a_template_is_code() {
        assert_eq!(words("`Function ${f({a: `${eval}`})} self`"), ["f", "a", "eval"]);
    }

    #[test]
    fn a_slash_after_a_value_divides() {
        assert_eq!(words("x = a / b; y = c / d"), ["x", "a", "b", "y", "c", "d"]);
    }

    #[test]
    fn the_line_is_the_same_however_it_was_laid_out() {
        let one = line(&tokens("{ const ret = a;\n   return ret; }").unwrap());
        let two = line(&tokens("{\n// why\nconst ret = a;\n return ret;\n}").unwrap());
        assert_eq!(one, "{ const ret = a; return ret; }");
        assert_eq!(one, two);
    }

    #[test]
    fn what_has_no_end_is_an_error_with_its_line() {
        for open in ["\n'abc", "\n`abc ${d}", "\n/* abc"] {
            assert!(tokens(open).unwrap_err().to_string().contains("line 2"), "{open}");
        }
    }
}
