//! The compiler: syntax tree to operations over integer columns.

use alloc::string::String;

use super::error::{ExpressionError, ExpressionProblem};
use super::syntax::{Comparison, Expression, Literal, Operand, Test};
use crate::facts::FactKind;
use crate::policy::program::{
    AGE, AND, BUILT_IN, COMPARE, CURRENT, EQUAL, GREATER, LESS, MAX_OPERATIONS, MISSING, NOT, OR, Operation, Program,
    TEXT, VIEWED, Vocabulary,
};

/// What begins the name of an age: the days since the date that a fact of kind `day` holds.
const AGE_PREFIX: &str = "age_";

/// Returns the kind of a fact that a policy declares.
pub type FactType<'f> = dyn Fn(&str) -> Option<FactKind> + 'f;

/// Turns expressions into programs, and collects the columns and texts that they speak of.
pub struct Compiler<'f> {
    kind_of: &'f FactType<'f>,
    vocabulary: Vocabulary,
}

/// A fact as a program reads it.
#[derive(Clone, Copy)]
struct Column {
    number: u16,
    kind: FactKind,
    /// [`AGE`] where its age is compared.
    age: u8,
}

impl<'f> Compiler<'f> {
    /// Returns a compiler that knows the built-in facts, and those that `kind_of` knows.
    #[must_use]
    pub fn new(kind_of: &'f FactType<'f>) -> Self {
        Self {
            kind_of,
            vocabulary: Vocabulary::default(),
        }
    }

    /// Returns the columns and texts of all programs so far.
    #[must_use]
    pub fn into_vocabulary(self) -> Vocabulary {
        self.vocabulary
    }

    /// Compiles a condition.
    ///
    /// # Errors
    /// [`ExpressionError`] for a fact that nobody declares, or a value that it cannot have.
    pub fn compile(&mut self, expression: &Expression) -> Result<Program, ExpressionError> {
        let mut program = Program::default();
        self.emit(expression, &mut program)?;
        let got = program.0.len();
        if got > MAX_OPERATIONS {
            return Err(ExpressionError {
                at: 0,
                problem: ExpressionProblem::TooManyOperations { got },
            });
        }
        Ok(program)
    }

    fn emit(&mut self, expression: &Expression, program: &mut Program) -> Result<(), ExpressionError> {
        match expression {
            Expression::Test { fact, at, test } => self.test(fact, *at, test, program),
            Expression::Not(inner) => {
                self.emit(inner, program)?;
                program.push(NOT, 0, 0);
                Ok(())
            }
            Expression::All(parts) => self.join(AND, parts, program),
            Expression::Any(parts) => self.join(OR, parts, program),
        }
    }

    fn join(&mut self, code: u8, parts: &[Expression], program: &mut Program) -> Result<(), ExpressionError> {
        for (number, part) in parts.iter().enumerate() {
            self.emit(part, program)?;
            if number > 0 {
                program.push(code, 0, 0);
            }
        }
        Ok(())
    }

    fn test(&mut self, fact: &str, at: usize, test: &Test, program: &mut Program) -> Result<(), ExpressionError> {
        let column = self.column(fact, at)?;
        let set = || Operand {
            literal: Literal::Flag(true),
            at,
        };
        match test {
            Test::IsSet => self.compare(fact, column, Comparison::Equal, &set(), program),
            Test::Missing => {
                program.push(MISSING, column.number, 0);
                Ok(())
            }
            Test::Compare(comparison, operand) => self.compare(fact, column, *comparison, operand, program),
            Test::In(operands) => {
                for (number, operand) in operands.iter().enumerate() {
                    self.compare(fact, column, Comparison::Equal, operand, program)?;
                    if number > 0 {
                        program.push(OR, 0, 0);
                    }
                }
                Ok(())
            }
            Test::Between(least, most) => {
                self.compare(fact, column, Comparison::AtLeast, least, program)?;
                self.compare(fact, column, Comparison::AtMost, most, program)?;
                if let [.., first, second] = program.0.as_slice()
                    && first.value > second.value
                {
                    let fact = fact.into();
                    return Err(error(most.at, ExpressionProblem::Empty { fact }));
                }
                program.push(AND, 0, 0);
                Ok(())
            }
        }
    }

    fn compare(
        &mut self,
        fact: &str,
        column: Column,
        comparison: Comparison,
        operand: &Operand,
        program: &mut Program,
    ) -> Result<(), ExpressionError> {
        let has_order = !matches!(column.kind, FactKind::Text | FactKind::Flag);
        if !has_order && !matches!(comparison, Comparison::Equal | Comparison::NotEqual) {
            return Err(error(operand.at, ExpressionProblem::NoOrder { fact: fact.into() }));
        }
        let (flags, value) = self.value(fact, column, operand)?;
        program.push(COMPARE | mask(comparison) | column.age | flags, column.number, value);
        Ok(())
    }

    /// Returns the flags and the value of an operand.
    fn value(&mut self, fact: &str, column: Column, operand: &Operand) -> Result<(u8, i32), ExpressionError> {
        let is_age = column.age != 0;
        match (&operand.literal, column.kind) {
            (Literal::OfCurrent, _) => Ok((CURRENT, 0)),
            (Literal::OfViewed, _) => Ok((VIEWED, 0)),
            (Literal::Text(text), FactKind::Text) => Ok((TEXT, self.text(column.number, text))),
            (Literal::Flag(flag), FactKind::Flag) => Ok((0, i32::from(*flag))),
            (Literal::Day(day), FactKind::Day) if !is_age => Ok((0, *day)),
            (Literal::Number(number), FactKind::Flag) if number == "0" || number == "1" => {
                Ok((0, i32::from(number == "1")))
            }
            (Literal::Number(number), kind) if is_age || has_numbers(kind) => {
                let kind = if is_age { FactKind::Count } else { kind };
                let scaled = kind.parse(number).ok_or_else(|| {
                    let (fact, wanted) = (fact.into(), kind.range());
                    error(operand.at, ExpressionProblem::OutOfRange { fact, wanted })
                });
                Ok((0, scaled?))
            }
            (_, kind) => {
                let wanted = if is_age {
                    "a whole number of days"
                } else {
                    kind.example()
                };
                let fact = fact.into();
                Err(error(operand.at, ExpressionProblem::WrongKind { fact, wanted }))
            }
        }
    }

    fn column(&mut self, fact: &str, at: usize) -> Result<Column, ExpressionError> {
        if let Some(number) = BUILT_IN.iter().position(|name| *name == fact) {
            let kinds = [
                FactKind::Text,
                FactKind::Text,
                FactKind::Text,
                FactKind::Flag,
                FactKind::Count,
            ];
            let kind = kinds.get(number).copied().unwrap_or(FactKind::Money);
            return Ok(Column {
                number: number as u16,
                kind,
                age: 0,
            });
        }
        let of = |name: &str| Some((String::from(name), (self.kind_of)(name)?));
        let dated = || of(fact.strip_prefix(AGE_PREFIX)?).filter(|(_, kind)| *kind == FactKind::Day);
        let (name, kind) = of(fact).or_else(dated).ok_or_else(|| {
            let (name, similar) = (fact.into(), None);
            error(at, ExpressionProblem::UnknownFact { name, similar })
        })?;
        let is_age = kind == FactKind::Day && fact.starts_with(AGE_PREFIX);
        Ok(Column {
            number: self.named(name),
            kind,
            age: if is_age { AGE } else { 0 },
        })
    }

    /// Returns the number of a column of that name, which it gets now if it has none yet.
    fn named(&mut self, name: String) -> u16 {
        let columns = &mut self.vocabulary.columns;
        let known = columns.iter().position(|known| *known == name);
        let at = known.unwrap_or_else(|| {
            columns.push(name);
            columns.len() - 1
        });
        (BUILT_IN.len() + at) as u16
    }

    /// Returns the place of a text in the vocabulary.
    fn text(&mut self, column: u16, text: &str) -> i32 {
        let texts = &mut self.vocabulary.texts;
        let known = texts.iter().position(|(of, known)| *of == column && known == text);
        let at = known.unwrap_or_else(|| {
            texts.push((column, text.into()));
            texts.len() - 1
        });
        at as i32
    }
}

impl Program {
    fn push(&mut self, code: u8, column: u16, value: i32) {
        self.0.push(Operation { code, column, value });
    }
}

const fn error(at: usize, problem: ExpressionProblem) -> ExpressionError {
    ExpressionError { at, problem }
}

const fn has_numbers(kind: FactKind) -> bool {
    !matches!(kind, FactKind::Text | FactKind::Flag | FactKind::Day)
}

const fn mask(comparison: Comparison) -> u8 {
    match comparison {
        Comparison::Equal => EQUAL,
        Comparison::NotEqual => LESS | GREATER,
        Comparison::Less => LESS,
        Comparison::AtMost => LESS | EQUAL,
        Comparison::Greater => GREATER,
        Comparison::AtLeast => GREATER | EQUAL,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec::Vec;

    fn kinds(name: &str) -> Option<FactKind> {
        match name {
            "rating" => Some(FactKind::Number),
            "margin" => Some(FactKind::Share),
            "age_days" | "listed" => Some(FactKind::Day),
            "vegan" => Some(FactKind::Flag),
            "colour" => Some(FactKind::Text),
            _ => None,
        }
    }

    fn compile(text: &str) -> Result<(Program, Vocabulary), ExpressionError> {
        let mut compiler = Compiler::new(&kinds);
        let program = compiler.compile(&Expression::parse(text)?)?;
        assert!(program.is_sound(&compiler.vocabulary), "{text}");
        Ok((program, compiler.into_vocabulary()))
    }

    fn operations(text: &str) -> Vec<(u8, u16, i32)> {
        let (program, _) = compile(text).expect(text);
        let operations = program.0.iter();
        operations
            .map(|operation| (operation.code, operation.column, operation.value))
            .collect()
    }

    #[test]
    fn expression_values_are_scaled_by_the_kind_of_the_fact() {
        for (text, expected) in [
            ("price < 12.5", (COMPARE | LESS, 5, 1250)),
            ("stock >= 3", (COMPARE | GREATER | EQUAL, 4, 3)),
            ("rating > 4.5", (COMPARE | GREATER, 6, 45)),
            ("margin <= 0.35", (COMPARE | LESS | EQUAL, 6, 350)),
            ("age_days < 30", (COMPARE | LESS | AGE, 6, 30)),
            ("age_listed < 30", (COMPARE | LESS | AGE, 6, 30)),
            ("listed >= 1970-01-31", (COMPARE | GREATER | EQUAL, 6, 30)),
            ("vegan", (COMPARE | EQUAL, 6, 1)),
            ("vegan = false", (COMPARE | EQUAL, 6, 0)),
            ("missing(colour)", (MISSING, 6, 0)),
            ("brand != 'Alba'", (COMPARE | LESS | GREATER | TEXT, 1, 0)),
            ("category = same_as.current", (COMPARE | EQUAL | CURRENT, 0, 0)),
            ("price = same_as.viewed", (COMPARE | EQUAL | VIEWED, 5, 0)),
        ] {
            assert_eq!(operations(text), [expected], "{text}");
        }
    }

    #[test]
    fn expression_lists_and_ranges_become_comparisons() {
        let equal = COMPARE | EQUAL | TEXT;
        let (program, vocabulary) = compile("colour in ['red', 'blue'] and not colour = 'red'").expect("a program");
        let codes: Vec<_> = program
            .0
            .iter()
            .map(|operation| (operation.code, operation.value))
            .collect();
        assert_eq!(codes, [(equal, 0), (equal, 1), (OR, 0), (equal, 0), (NOT, 0), (AND, 0)]);
        assert_eq!(vocabulary.columns, ["colour"]);
        assert_eq!(vocabulary.texts, [(6, "red".into()), (6, "blue".into())]);
        let range = operations("price between 20 and 60");
        assert_eq!(
            range,
            [
                (COMPARE | GREATER | EQUAL, 5, 2000),
                (COMPARE | LESS | EQUAL, 5, 6000),
                (AND, 0, 0)
            ]
        );
    }

    #[test]
    fn expression_with_a_value_that_the_fact_cannot_have_is_refused() {
        for (text, at, what) in [
            ("colour < 'red'", 9, "`colour` has no order"),
            ("weight < 3", 0, "no fact is named `weight`"),
            ("age_colour < 3", 0, "no fact is named `age_colour`"),
            ("price < 'cheap'", 8, "`price` is compared with an amount"),
            ("colour = 3", 9, "`colour` is compared with a text"),
            ("vegan = 'yes'", 8, "`vegan` is compared with true or false"),
            ("listed < 30", 9, "`listed` is compared with a date"),
            (
                "age_listed < 2026-01-01",
                13,
                "`age_listed` is compared with a whole number of days",
            ),
            ("price < 1.234", 8, "`price` is an amount"),
            ("stock < 1.5", 8, "`stock` is a whole number"),
            ("price < 99999999999", 8, "`price` is an amount"),
            ("margin > 30", 9, "`margin` is a share"),
            ("price between 60 and 20", 21, "`price` cannot be between"),
        ] {
            let error = compile(text).expect_err(text);
            assert_eq!(error.at, at, "{text}");
            assert!(alloc::format!("{}", error.problem).starts_with(what), "{text}: {error}");
        }
    }

    #[test]
    fn expression_of_more_operations_than_a_program_holds_is_refused() {
        let of = |count: usize| alloc::vec!["vegan"; count].join(" or ");
        assert!(compile(&of(32)).is_ok());
        let error = compile(&of(33)).expect_err("too many");
        assert_eq!(error.problem, ExpressionProblem::TooManyOperations { got: 65 });
    }
}
