//! Follows global objects from where a script names them to what becomes of them.

use std::collections::BTreeSet;

use oxc::ast::AstKind;
use oxc::ast::ast::{AssignmentTarget, BindingPattern, Expression, PropertyKey};
use oxc::semantic::{NodeId, Semantic, SymbolId};
use oxc::span::{GetSpan as _, Span};

use super::names::{CONTAINERS, EVERYDAY, GLOBAL_OBJECT, LANGUAGE, TELLING, UNUSUAL};
use super::{Place, Script, constant, shape};

/// Aliases of aliases that are followed.
const MOST_ALIASES: usize = 16;
/// A name that is computed at run time.
const COMPUTED: &str = "[computed]";

/// Ways to call a function that is a value.
const CALLERS: &[&str] = &["call", "apply", "bind"];
/// Stands among the globals of a function that calls what it is given.
pub const CALLS_ARGUMENT: &str = "(whatever function it is given)";

/// What becomes of a value.
enum Fate {
    /// It, or a member of it, is looked at and no more.
    Used,
    Written,
    Called(String),
    Constructed(String),
    /// It goes where it is not followed.
    Escapes,
}

/// Walks over a script and gathers what it uses.
pub struct Follower<'s, 'a> {
    semantic: &'s Semantic<'a>,
    text: &'s str,
    /// Member expressions that belong to a path that was followed.
    followed: BTreeSet<NodeId>,
    aliases: BTreeSet<(SymbolId, Vec<String>)>,
    /// What was found.
    pub script: Script,
}

impl<'s, 'a> Follower<'s, 'a> {
    /// Looks at nothing yet.
    pub fn new(semantic: &'s Semantic<'a>, text: &'s str) -> Self {
        Self {
            semantic,
            text,
            followed: BTreeSet::new(),
            aliases: BTreeSet::new(),
            script: Script::default(),
        }
    }

    /// Gathers uses of globals first, then telling names on other objects.
    pub fn run(&mut self) {
        for node in self.semantic.nodes().iter() {
            match node.kind() {
                AstKind::IdentifierReference(name) if self.semantic.is_reference_to_global_variable(name) => {
                    self.follow(node.id(), vec![name.name.to_string()], 0);
                }
                AstKind::ThisExpression(_) if self.is_outermost(node.id()) => {
                    self.follow(node.id(), vec!["globalThis".to_owned()], 0);
                }
                _ => {}
            }
        }
        for node in self.semantic.nodes().iter() {
            self.other(node.id(), node.kind());
            self.import(node.kind());
            self.glue(node.id(), node.kind());
        }
    }

    /// Whether `this` stands outside of every function and class, where a classic script has the global object in it.
    fn is_outermost(&self, id: NodeId) -> bool {
        let mut outside = self.semantic.nodes().ancestor_kinds(id);
        outside.all(|kind| !matches!(kind, AstKind::Function(_) | AstKind::Class(_)))
    }

    /// Follows the value at a node, which is the global of this path, to its fate.
    fn follow(&mut self, from: NodeId, mut path: Vec<String>, depth: usize) {
        let mut id = from;
        loop {
            let nodes = self.semantic.nodes();
            let (own, parent_id) = (nodes.kind(id).span(), nodes.parent_id(id));
            let parent = nodes.kind(parent_id);
            match parent {
                AstKind::ParenthesizedExpression(_)
                | AstKind::ChainExpression(_)
                | AstKind::AwaitExpression(_)
                | AstKind::LogicalExpression(_) => {}
                AstKind::StaticMemberExpression(member) if member.object.span() == own => {
                    path.push(member.property.name.to_string());
                    self.followed.insert(parent_id);
                }
                AstKind::ComputedMemberExpression(member) if member.object.span() == own => {
                    path.push(constant::text(&member.expression).unwrap_or_else(|| COMPUTED.to_owned()));
                    self.followed.insert(parent_id);
                }
                AstKind::ConditionalExpression(choice) if choice.test.span() != own => {}
                AstKind::SequenceExpression(list) if list.expressions.last().is_some_and(|last| last.span() == own) => {
                }
                AstKind::VariableDeclarator(variable) if is_init(variable.init.as_ref(), own) => {
                    return self.bind(&variable.id, path, own, depth);
                }
                AstKind::AssignmentPattern(default) if default.right.span() == own => {
                    return self.bind(&default.left, path, own, depth);
                }
                AstKind::FormalParameter(parameter) if is_init(parameter.initializer.as_deref(), own) => {
                    return self.bind(&parameter.pattern, path, own, depth);
                }
                AstKind::AssignmentExpression(assignment) if assignment.right.span() == own => {
                    return self.assign(&assignment.left, path, own, depth);
                }
                _ => {
                    let fate = fate(parent, own);
                    return self.add(&path, own, &fate);
                }
            }
            id = parent_id;
        }
    }

    /// A name, or a pattern of names, that stands for the value from here on.
    fn bind(&mut self, pattern: &BindingPattern<'_>, path: Vec<String>, at: Span, depth: usize) {
        match pattern {
            BindingPattern::BindingIdentifier(name) => self.alias(name.symbol_id(), path, at, depth),
            BindingPattern::ObjectPattern(object) => {
                if object.rest.is_some() {
                    self.add(&path, at, &Fate::Escapes);
                }
                for property in &object.properties {
                    let mut path = path.clone();
                    path.push(key(&property.key));
                    self.bind(&property.value, path, property.span, depth);
                }
            }
            BindingPattern::AssignmentPattern(default) => self.bind(&default.left, path, at, depth),
            BindingPattern::ArrayPattern(_) => self.add(&path, at, &Fate::Escapes),
        }
    }

    fn assign(&mut self, target: &AssignmentTarget<'_>, path: Vec<String>, at: Span, depth: usize) {
        if let AssignmentTarget::AssignmentTargetIdentifier(name) = target {
            let reference = self.semantic.scoping().get_reference(name.reference_id());
            if let Some(symbol) = reference.symbol_id() {
                return self.alias(symbol, path, at, depth);
            }
        }
        self.add(&path, at, &Fate::Escapes);
    }

    /// Follows every place that names the alias.
    fn alias(&mut self, symbol: SymbolId, path: Vec<String>, at: Span, depth: usize) {
        if is_data(&path) {
            return self.add(&path, at, &Fate::Used);
        }
        if depth == MOST_ALIASES {
            return self.add(&path, at, &Fate::Escapes);
        }
        if !self.aliases.insert((symbol, path.clone())) {
            return;
        }
        let scoping = self.semantic.scoping();
        let references = scoping
            .get_resolved_references(symbol)
            .filter(|reference| reference.is_read());
        let places: Vec<_> = references.map(|reference| reference.node_id()).collect();
        for place in places {
            self.follow(place, path.clone(), depth + 1);
        }
    }

    /// Writes a use down, unless it is plain computation.
    fn add(&mut self, path: &[String], at: Span, fate: &Fate) {
        let path = from_global(path);
        let name = path.join(".");
        let Some(first) = path.first() else {
            // The global object itself: whether it is there may be asked, everything else hands it on.
            return match fate {
                Fate::Used => {}
                _ => self.note("escape globalThis".to_owned(), at),
            };
        };
        if LANGUAGE.contains(&first.as_str()) && !UNUSUAL.contains(&name.as_str()) {
            return;
        }
        let line = match fate {
            Fate::Called(arguments) => format!("call {name}({arguments})"),
            Fate::Constructed(arguments) => format!("new {name}({arguments})"),
            Fate::Written => format!("write {name}"),
            Fate::Escapes if path.len() == 1 && CONTAINERS.contains(&first.as_str()) => format!("escape {name}"),
            Fate::Escapes | Fate::Used if path.len() == 1 && CONTAINERS.contains(&first.as_str()) => return,
            Fate::Escapes | Fate::Used => format!("use {name}"),
        };
        self.note(line, at);
    }

    /// A telling name on an object of which nothing is known.
    fn other(&mut self, id: NodeId, kind: AstKind<'_>) {
        if self.followed.contains(&id) {
            return;
        }
        let (name, at) = match kind {
            AstKind::StaticMemberExpression(member) => (member.property.name.to_string(), member.property.span),
            AstKind::ComputedMemberExpression(member) => match constant::text(&member.expression) {
                Some(name) => (name, member.expression.span()),
                None => return,
            },
            AstKind::BindingProperty(property) if !self.is_of_a_global(id) => (key(&property.key), property.span),
            _ => return,
        };
        if !TELLING.contains(&name.as_str()) {
            return;
        }
        let nodes = self.semantic.nodes();
        let fate = fate(nodes.parent_kind(id), kind.span());
        let everyday = EVERYDAY.contains(&name.as_str());
        let line = match fate {
            Fate::Called(arguments) => format!("call .{name}({arguments})"),
            Fate::Constructed(arguments) => format!("new .{name}({arguments})"),
            Fate::Written => format!("write .{name}"),
            Fate::Used | Fate::Escapes if everyday => return,
            Fate::Used | Fate::Escapes => format!("use .{name}"),
        };
        self.note(line, at);
    }

    /// Whether a destructured property belongs to a global, which [`Self::bind`] has written down.
    fn is_of_a_global(&self, id: NodeId) -> bool {
        let mut outside = self.semantic.nodes().ancestor_kinds(id);
        let init = outside.find_map(|kind| match kind {
            AstKind::VariableDeclarator(variable) => Some(variable.init.as_ref()),
            AstKind::FormalParameter(_) => Some(None),
            _ => None,
        });
        match init.flatten().map(Expression::get_inner_expression) {
            Some(Expression::Identifier(name)) => self.semantic.is_reference_to_global_variable(name),
            _ => false,
        }
    }

    fn import(&mut self, kind: AstKind<'_>) {
        match kind {
            AstKind::ImportDeclaration(import) => self.imported(&import.source.value, import.span),
            AstKind::ExportFromDeclaration(export) => self.imported(&export.source.value, export.span),
            AstKind::ExportAllDeclaration(export) => self.imported(&export.source.value, export.span),
            AstKind::ImportExpression(import) => match constant::text(&import.source) {
                Some(name) => self.imported(&name, import.span),
                None if matches!(
                    import.source,
                    Expression::TemplateLiteral(_) | Expression::BinaryExpression(_)
                ) =>
                {
                    self.note("import(joined)".to_owned(), import.span);
                }
                None => self.note("import(_)".to_owned(), import.span),
            },
            _ => {}
        }
    }

    /// A script of the same folder is looked at itself; any other one is a use.
    fn imported(&mut self, name: &str, at: Span) {
        if name.starts_with("./") || name.starts_with("../") || (name.starts_with('/') && !name.starts_with("//")) {
            self.script.imports.push(name.to_owned());
        } else {
            self.note(format!("import({name:?})"), at);
        }
    }

    /// Globals that stand in a function of the glue, and in functions of the script that it names.
    fn glue(&mut self, id: NodeId, kind: AstKind<'_>) {
        let AstKind::ObjectProperty(property) = kind else {
            return;
        };
        let Some(name) = property.key.static_name() else {
            return;
        };
        if !name.starts_with("__wbg_") && !name.starts_with("__wbindgen_") {
            return;
        }
        let mut reached = BTreeSet::new();
        let mut seen = BTreeSet::new();
        self.reach(id, &mut reached, &mut seen);
        if self.calls_what_it_is_given(id) {
            reached.insert(CALLS_ARGUMENT.to_owned());
        }
        self.script
            .glue
            .insert(name.into_owned(), reached.into_iter().collect());
    }

    fn reach(&self, top: NodeId, reached: &mut BTreeSet<String>, seen: &mut BTreeSet<SymbolId>) {
        let nodes = self.semantic.nodes();
        let span = nodes.kind(top).span();
        for node in nodes.iter() {
            let AstKind::IdentifierReference(name) = node.kind() else {
                continue;
            };
            if !is_within(name.span, span) {
                continue;
            }
            let reference = self.semantic.scoping().get_reference(name.reference_id());
            match reference.symbol_id() {
                None => drop(reached.insert(name.name.to_string())),
                Some(symbol) if seen.insert(symbol) => {
                    let declared = self.semantic.symbol_declaration(symbol);
                    if !is_within(declared.kind().span(), span) {
                        self.reach(declared.id(), reached, seen);
                    }
                }
                Some(_) => {}
            }
        }
    }

    /// Whether a function of the glue calls what the module hands over, whatever function that is.
    fn calls_what_it_is_given(&self, top: NodeId) -> bool {
        let nodes = self.semantic.nodes();
        let span = nodes.kind(top).span();
        let mut calls = nodes.iter().filter_map(|node| match node.kind() {
            AstKind::CallExpression(call) if is_within(call.span, span) => Some(&call.callee),
            AstKind::NewExpression(made) if is_within(made.span, span) => Some(&made.callee),
            _ => None,
        });
        calls.any(|callee| self.is_parameter(callee, span))
    }

    /// Whether it is a parameter of a function within the span, or `call`, `apply` or `bind` of one.
    fn is_parameter(&self, callee: &Expression<'_>, span: Span) -> bool {
        match callee.get_inner_expression() {
            Expression::Identifier(name) => {
                let reference = self.semantic.scoping().get_reference(name.reference_id());
                reference.symbol_id().is_some_and(|symbol| {
                    let declared = self.semantic.symbol_declaration(symbol).kind();
                    matches!(declared, AstKind::FormalParameter(_)) && is_within(declared.span(), span)
                })
            }
            Expression::StaticMemberExpression(member) => {
                CALLERS.contains(&member.property.name.as_str()) && self.is_parameter(&member.object, span)
            }
            _ => false,
        }
    }

    fn note(&mut self, line: String, at: Span) {
        let place = place(self.text, at);
        let places = self.script.uses.entry(line).or_default();
        if !places.contains(&place) {
            places.push(place);
        }
    }
}

fn is_within(inner: Span, outer: Span) -> bool {
    inner.start >= outer.start && inner.end <= outer.end
}

fn is_init(init: Option<&Expression<'_>>, own: Span) -> bool {
    init.is_some_and(|init| init.span() == own)
}

fn key(key: &PropertyKey<'_>) -> String {
    key.static_name()
        .map_or_else(|| COMPUTED.to_owned(), |name| name.into_owned())
}

/// What the expression around a value does with it.
fn fate(parent: AstKind<'_>, own: Span) -> Fate {
    match parent {
        AstKind::CallExpression(call) if call.callee.span() == own => Fate::Called(shape::arguments(&call.arguments)),
        AstKind::NewExpression(made) if made.callee.span() == own => {
            Fate::Constructed(shape::arguments(&made.arguments))
        }
        AstKind::AssignmentExpression(assignment) if assignment.left.span() == own => Fate::Written,
        AstKind::UpdateExpression(_) => Fate::Written,
        AstKind::UnaryExpression(unary) if unary.operator.as_str() == "delete" => Fate::Written,
        AstKind::UnaryExpression(_)
        | AstKind::BinaryExpression(_)
        | AstKind::ConditionalExpression(_)
        | AstKind::IfStatement(_)
        | AstKind::ExpressionStatement(_)
        | AstKind::SequenceExpression(_)
        | AstKind::TemplateLiteral(_) => Fate::Used,
        _ => Fate::Escapes,
    }
}

/// The path without the names of the global object in front.
fn from_global(path: &[String]) -> &[String] {
    let is_global = |name: &&String| GLOBAL_OBJECT.contains(&name.as_str());
    let own = path.iter().take_while(is_global).count();
    path.get(own..).unwrap_or_default()
}

/// Whether the path ends in data of which no further member matters: `document.baseURI` in a variable is a text.
fn is_data(path: &[String]) -> bool {
    let path = from_global(path);
    path.len() > 1
        && path
            .first()
            .is_some_and(|first| first != "document" && CONTAINERS.contains(&first.as_str()))
        && !path
            .last()
            .is_some_and(|last| TELLING.contains(&last.as_str()) || last == COMPUTED)
}

fn place(text: &str, at: Span) -> Place {
    let before = text.get(..at.start as usize).unwrap_or_default();
    let line = before.rfind('\n').map_or(0, |end| end + 1);
    Place {
        line: before.matches('\n').count() + 1,
        column: before.get(line..).unwrap_or_default().chars().count() + 1,
    }
}
