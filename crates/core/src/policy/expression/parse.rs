//! The parser: text to syntax tree.
//!
//! Nothing of it recurses deeper than [`MAX_DEPTH`], which is checked before it starts.

use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;

use winnow::ascii::{digit1, multispace0};
use winnow::combinator::{alt, cut_err, delimited, not, opt, peek, preceded, repeat, separated, terminated};
use winnow::error::{ContextError, ErrMode, StrContext, StrContextValue};
use winnow::prelude::*;
use winnow::stream::{LocatingSlice, Location};
use winnow::token::{one_of, take_till, take_while};

use super::error::{ExpressionError, ExpressionProblem};
use super::syntax::{Comparison, Expression, Literal, Operand, Test};

/// The longest expression, in bytes.
pub const MAX_BYTES: usize = 4_000;

/// The most parentheses and `not` inside each other.
pub const MAX_DEPTH: usize = 32;

type Input<'i> = LocatingSlice<&'i str>;
type Parsed<T> = Result<T, ErrMode<ContextError>>;

/// Words that no fact can be named.
const WORDS: [&str; 7] = ["and", "or", "not", "in", "between", "true", "false"];

impl Expression {
    /// Parses a condition.
    ///
    /// # Errors
    /// [`ExpressionError`] with the place where the text stops making sense.
    pub fn parse(text: &str) -> Result<Self, ExpressionError> {
        if text.len() > MAX_BYTES {
            return Err(ExpressionError {
                at: MAX_BYTES,
                problem: ExpressionProblem::TooLong,
            });
        }
        if let Some(at) = too_deep(text) {
            return Err(ExpressionError {
                at,
                problem: ExpressionProblem::TooDeep,
            });
        }
        let mut whole = delimited(
            multispace0,
            any,
            (multispace0, expected("`and`, `or` or the end", winnow::combinator::eof)),
        );
        whole.parse(LocatingSlice::new(text)).map_err(|error| ExpressionError {
            at: error.offset(),
            problem: ExpressionProblem::Expected(wanted(error.inner())),
        })
    }
}

/// Returns where the text is nested too deep.
fn too_deep(text: &str) -> Option<usize> {
    let (mut depth, mut quote) = (0_usize, None);
    for (at, letter) in text.char_indices() {
        match (quote, letter) {
            (Some(open), _) if open == letter => quote = None,
            (Some(_), _) => {}
            (None, '\'' | '"') => quote = Some(letter),
            (None, '(') => depth += 1,
            (None, ')') => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth > MAX_DEPTH {
            return Some(at);
        }
    }
    None
}

/// What the parser expected last.
fn wanted(error: &ContextError) -> &'static str {
    let expected = error.context().find_map(|context| match context {
        StrContext::Expected(StrContextValue::Description(what)) => Some(*what),
        _ => None,
    });
    expected.unwrap_or("a condition")
}

fn expected<'i, T>(
    what: &'static str,
    parser: impl Parser<Input<'i>, T, ErrMode<ContextError>>,
) -> impl Parser<Input<'i>, T, ErrMode<ContextError>> {
    cut_err(parser).context(StrContext::Expected(StrContextValue::Description(what)))
}

/// `a or b`
fn any(input: &mut Input<'_>) -> Parsed<Expression> {
    let mut parts: Vec<Expression> = separated(1.., all, spaced(word("or"))).parse_next(input)?;
    Ok(match parts.len() {
        1 => parts.remove(0),
        _ => Expression::Any(parts),
    })
}

/// `a and b`
fn all(input: &mut Input<'_>) -> Parsed<Expression> {
    let mut parts: Vec<Expression> = separated(1.., negation, spaced(word("and"))).parse_next(input)?;
    Ok(match parts.len() {
        1 => parts.remove(0),
        _ => Expression::All(parts),
    })
}

/// `not a`, any number of times: an even number cancels out.
fn negation(input: &mut Input<'_>) -> Parsed<Expression> {
    let negations: usize = repeat(0.., terminated(word("not"), multispace0))
        .fold(|| 0, |count, _: &str| count + 1)
        .parse_next(input)?;
    let inner = primary(input)?;
    Ok(if negations.is_multiple_of(2) {
        inner
    } else {
        Expression::Not(Box::new(inner))
    })
}

fn primary(input: &mut Input<'_>) -> Parsed<Expression> {
    let group = delimited(('(', multispace0), any, (multispace0, expected("`)`", ')')));
    expected("the name of a fact, `not` or `(`", alt((group, missing, test))).parse_next(input)
}

/// `missing(a)`
fn missing(input: &mut Input<'_>) -> Parsed<Expression> {
    (word("missing"), multispace0, '(', multispace0).parse_next(input)?;
    let at = input.current_token_start();
    let fact = expected("the name of a fact", name).parse_next(input)?;
    (multispace0, expected("`)`", ')')).parse_next(input)?;
    Ok(Expression::Test {
        fact,
        at,
        test: Test::Missing,
    })
}

/// `a < 1`, `a in [1, 2]`, `a between 1 and 2`, or `a` alone
fn test(input: &mut Input<'_>) -> Parsed<Expression> {
    let at = input.current_token_start();
    let fact = name(input)?;
    let test = opt(preceded(multispace0, alt((between, within, compare)))).parse_next(input)?;
    Ok(Expression::Test {
        fact,
        at,
        test: test.unwrap_or(Test::IsSet),
    })
}

fn compare(input: &mut Input<'_>) -> Parsed<Test> {
    let comparison = alt((
        "!=".value(Comparison::NotEqual),
        "<=".value(Comparison::AtMost),
        ">=".value(Comparison::AtLeast),
        "=".value(Comparison::Equal),
        "<".value(Comparison::Less),
        ">".value(Comparison::Greater),
    ))
    .parse_next(input)?;
    let operand = preceded(multispace0, operand).parse_next(input)?;
    Ok(Test::Compare(comparison, operand))
}

fn within(input: &mut Input<'_>) -> Parsed<Test> {
    (word("in"), multispace0).parse_next(input)?;
    expected("`[`", '[').parse_next(input)?;
    let values = separated(1.., spaced(operand), ',').parse_next(input)?;
    expected("`,` or `]`", ']').parse_next(input)?;
    Ok(Test::In(values))
}

fn between(input: &mut Input<'_>) -> Parsed<Test> {
    word("between").parse_next(input)?;
    let least = spaced(operand).parse_next(input)?;
    expected("`and`", word("and")).parse_next(input)?;
    let most = preceded(multispace0, operand).parse_next(input)?;
    Ok(Test::Between(least, most))
}

fn operand(input: &mut Input<'_>) -> Parsed<Operand> {
    let at = input.current_token_start();
    let literal = expected(
        "a number, a text in quotes, a date such as 2026-12-24, true, false, same_as.current or same_as.viewed",
        alt((
            "same_as.current".value(Literal::OfCurrent),
            "same_as.viewed".value(Literal::OfViewed),
            word("true").value(Literal::Flag(true)),
            word("false").value(Literal::Flag(false)),
            day.map(Literal::Day),
            number.map(Literal::Number),
            quoted.map(Literal::Text),
        )),
    )
    .parse_next(input)?;
    Ok(Operand { literal, at })
}

/// A text in single or double quotes, which cannot stand in it.
fn quoted(input: &mut Input<'_>) -> Parsed<String> {
    let text = |quote: char| delimited(quote, take_till(0.., quote), quote);
    alt((text('\''), text('"'))).map(String::from).parse_next(input)
}

/// A decimal number as it is written; the fact's kind says what it is.
fn number(input: &mut Input<'_>) -> Parsed<String> {
    let end = peek(not(one_of(|letter: char| {
        letter.is_alphanumeric() || matches!(letter, '_' | '.' | '-')
    })));
    (opt('-'), digit1, opt(('.', digit1)), end)
        .take()
        .map(String::from)
        .parse_next(input)
}

/// A date as days since 1970-01-01.
fn day(input: &mut Input<'_>) -> Parsed<i32> {
    let digits = |count| take_while(count..=count, |letter: char| letter.is_ascii_digit()).parse_to::<i32>();
    let (year, _, month, _, day) = (digits(4), '-', digits(2), '-', digits(2)).parse_next(input)?;
    crate::policy::source::days_of(year, month, day).ok_or_else(|| ErrMode::Backtrack(ContextError::new()))
}

/// The name of a fact: small letters, digits and underscores.
fn name(input: &mut Input<'_>) -> Parsed<String> {
    let letters = |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '_';
    let name = take_while(1.., letters)
        .verify(|name: &str| !WORDS.contains(&name) && !name.starts_with(|letter: char| letter.is_ascii_digit()));
    name.map(String::from).parse_next(input)
}

/// A word of the language, and not the beginning of a longer one.
fn word<'i>(word: &'static str) -> impl Parser<Input<'i>, &'i str, ErrMode<ContextError>> {
    let letter = one_of(|letter: char| letter.is_alphanumeric() || letter == '_');
    terminated(word, peek(not(letter)))
}

fn spaced<'i, T>(
    parser: impl Parser<Input<'i>, T, ErrMode<ContextError>>,
) -> impl Parser<Input<'i>, T, ErrMode<ContextError>> {
    delimited(multispace0, parser, multispace0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::format;

    fn of(text: &str) -> Expression {
        Expression::parse(text).expect(text)
    }

    /// The same without places, which parentheses shift.
    fn shape(text: &str) -> Expression {
        fn placeless(expression: Expression) -> Expression {
            let all = |parts: Vec<Expression>| parts.into_iter().map(placeless).collect();
            match expression {
                Expression::Test { fact, test, .. } => Expression::Test { fact, at: 0, test },
                Expression::Not(inner) => Expression::Not(Box::new(placeless(*inner))),
                Expression::All(parts) => Expression::All(all(parts)),
                Expression::Any(parts) => Expression::Any(all(parts)),
            }
        }
        placeless(of(text))
    }

    #[test]
    fn expression_and_binds_closer_than_or() {
        assert_eq!(shape("a or b and c"), shape("a or (b and c)"));
        assert_eq!(shape("not a and b"), shape("(not a) and b"));
        assert_eq!(shape("not not a"), shape("a"));
        assert_ne!(shape("(a or b) and c"), shape("a or b and c"));
    }

    #[test]
    fn expression_tests_are_read_as_written() {
        let number = |text: &str, at| Operand {
            literal: Literal::Number(text.into()),
            at,
        };
        let test = |test| Expression::Test {
            fact: "price".into(),
            at: 0,
            test,
        };
        assert_eq!(
            of("price<=12.50"),
            test(Test::Compare(Comparison::AtMost, number("12.50", 7)))
        );
        assert_eq!(
            of("price in [1,2]"),
            test(Test::In(Vec::from([number("1", 10), number("2", 12)])))
        );
        assert_eq!(
            of("price between 1 and 2"),
            test(Test::Between(number("1", 14), number("2", 20)))
        );
        assert_eq!(of("price"), test(Test::IsSet));
        assert_eq!(
            of(" missing( price )"),
            Expression::Test {
                fact: "price".into(),
                at: 10,
                test: Test::Missing
            }
        );
        let day = Test::Compare(
            Comparison::AtLeast,
            Operand {
                literal: Literal::Day(20_089),
                at: 9,
            },
        );
        assert_eq!(of("price >= 2025-01-01"), test(day));
        let viewed = Test::Compare(
            Comparison::Equal,
            Operand {
                literal: Literal::OfViewed,
                at: 8,
            },
        );
        assert_eq!(of("price = same_as.viewed"), test(viewed));
        let text = Test::Compare(
            Comparison::Equal,
            Operand {
                literal: Literal::Text("a 'b".into()),
                at: 8,
            },
        );
        assert_eq!(of("price = \"a 'b\""), test(text));
    }

    #[test]
    fn expression_error_says_where_and_what_is_expected() {
        for (text, at, wanted) in [
            ("", 0, "the name of a fact, `not` or `(`"),
            ("price <", 7, "a number, a text in quotes"),
            ("price < 1 and", 13, "the name of a fact"),
            ("price < 1 price > 2", 10, "`and`, `or` or the end"),
            ("(a", 2, "`)`"),
            ("missing(1)", 8, "the name of a fact"),
            ("brand in 'a'", 9, "`[`"),
            ("brand in ['a' 'b']", 14, "`,` or `]`"),
            ("price between 1 or 2", 16, "`and`"),
            ("brand = 'open", 8, "a number, a text in quotes"),
            ("price = 1.2.3", 8, "a number, a text in quotes"),
            ("listed > 2026-02-30", 9, "a number, a text in quotes"),
        ] {
            let error = Expression::parse(text).expect_err(text);
            assert_eq!(error.at, at, "{text}: {error}");
            let ExpressionProblem::Expected(what) = error.problem else {
                panic!("{text}");
            };
            assert!(what.starts_with(wanted), "{text}: {what}");
        }
    }

    #[test]
    fn expression_that_is_too_deep_or_too_long_is_refused() {
        let deep = format!("{}a{}", "(".repeat(MAX_DEPTH), ")".repeat(MAX_DEPTH));
        assert_eq!(shape(&deep), shape("a"));
        let error = Expression::parse(&format!("({deep})")).expect_err("too deep");
        assert_eq!(error.problem, ExpressionProblem::TooDeep);
        let error = Expression::parse(&"a or ".repeat(MAX_BYTES)).expect_err("too long");
        assert_eq!(error.problem, ExpressionProblem::TooLong);
    }
}
