//! What a script uses of the world around it, read off its syntax tree.
//!
//! A shop ships scripts bundled, minified and renamed: only names that belong to browser or language survive, so they are
//! what is looked for. [`Script::parse`] resolves scopes, follows global objects through aliases, destructuring and computed
//! names that are constant, and writes each use as one line such as `call fetch(_, {credentials: "same-origin"})`.
//!
//! Limits: a name that is computed at run time from an object that is not known to be global is not seen, and neither is what
//! a function does with an argument. So a global object that is handed to anybody (`escape`) is a use of its own.

mod constant;
mod follow;
mod names;
mod shape;

use std::collections::BTreeMap;

use oxc::allocator::Allocator;
use oxc::ast::AstKind;
use oxc::parser::Parser;
use oxc::semantic::SemanticBuilder;
use oxc::span::SourceType;

use self::follow::Follower;

/// A place in a script, as editors count: from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
pub struct Place {
    /// Line.
    pub line: usize,
    /// Column, in characters.
    pub column: usize,
}

/// A script, taken apart.
#[derive(Debug, Default)]
pub struct Script {
    /// Uses of the world outside, by their line of text, with every place where they stand.
    pub uses: BTreeMap<String, Vec<Place>>,
    /// Scripts that it imports by a constant name, statically or dynamically.
    pub imports: Vec<String>,
    /// Texts and names of properties, by which parts are recognized.
    pub words: Vec<String>,
    /// Names of the globals that the functions under a property's name reach, for names that begin with `__wbg_` or
    /// `__wbindgen_`: the glue of a WebAssembly module.
    pub glue: BTreeMap<String, Vec<String>>,
}

impl Script {
    /// Parses a module, or a classic script.
    ///
    /// # Errors
    /// If the text is neither, with the parser's first message.
    pub fn parse(text: &str) -> Result<Self, String> {
        Self::parse_as(text, SourceType::mjs()).or_else(|_| Self::parse_as(text, SourceType::script()))
    }

    fn parse_as(text: &str, source_type: SourceType) -> Result<Self, String> {
        let allocator = Allocator::default();
        let parsed = Parser::new(&allocator, text, source_type).parse();
        if let Some(error) = parsed.diagnostics.first() {
            return Err(error.to_string());
        }
        let semantic = SemanticBuilder::new()
            .with_build_nodes(true)
            .build(&parsed.program)
            .semantic;
        let mut follower = Follower::new(&semantic, text);
        follower.run();
        let mut script = follower.script;
        for node in semantic.nodes().iter() {
            script.note(node.kind());
        }
        Ok(script)
    }

    /// Writes down texts, names of properties, and imports by a constant name.
    fn note(&mut self, kind: AstKind<'_>) {
        match kind {
            AstKind::StringLiteral(text) => self.words.push(text.value.to_string()),
            AstKind::TemplateElement(text) => self.words.push(text.value.raw.to_string()),
            AstKind::ObjectProperty(property) => {
                self.words
                    .extend(property.key.static_name().map(|name| name.into_owned()));
            }
            AstKind::StaticMemberExpression(member) => self.words.push(member.property.name.to_string()),
            _ => {}
        }
    }
}

/// Whether a global is plain computation: it reaches nothing.
pub fn is_computation(global: &str) -> bool {
    names::LANGUAGE.contains(&global)
}

#[cfg(test)]
mod tests;
