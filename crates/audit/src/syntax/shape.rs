//! What is handed over in a call, as far as it is constant.

use oxc::ast::ast::{Argument, BinaryOperator, Expression, ObjectPropertyKind};

use super::constant;

/// The most of a constant text that is repeated.
const MOST_TEXT: usize = 80;

/// Returns the arguments of a call in one line: constants as they are, objects with sorted names, `joined` for a text that
/// is put together there, `_` for everything else.
pub fn arguments(arguments: &[Argument<'_>]) -> String {
    let shapes = arguments.iter().map(|argument| match argument {
        Argument::SpreadElement(_) => "...".to_owned(),
        other => other.as_expression().map_or_else(|| "_".to_owned(), expression),
    });
    shapes.collect::<Vec<_>>().join(", ")
}

fn expression(expression: &Expression<'_>) -> String {
    match expression.without_parentheses() {
        Expression::StringLiteral(_) | Expression::TemplateLiteral(_) | Expression::BinaryExpression(_) => {
            text(expression)
        }
        Expression::BooleanLiteral(literal) => literal.value.to_string(),
        // Minified `true` and `false`.
        Expression::UnaryExpression(unary) if unary.operator.as_str() == "!" => match &unary.argument {
            Expression::NumericLiteral(number) => (number.value == 0.0).to_string(),
            _ => "_".to_owned(),
        },
        Expression::ObjectExpression(object) => {
            let mut fields: Vec<_> = object.properties.iter().map(field).collect();
            fields.sort();
            format!("{{{}}}", fields.join(", "))
        }
        _ => "_".to_owned(),
    }
}

fn text(expression: &Expression<'_>) -> String {
    if let Some(text) = constant::text(expression) {
        let text: String = text.chars().take(MOST_TEXT).collect();
        return format!("{text:?}");
    }
    match expression.without_parentheses() {
        Expression::BinaryExpression(sum) if sum.operator != BinaryOperator::Addition => "_".to_owned(),
        _ => "joined".to_owned(),
    }
}

fn field(property: &ObjectPropertyKind<'_>) -> String {
    match property {
        ObjectPropertyKind::SpreadProperty(_) => "...".to_owned(),
        ObjectPropertyKind::ObjectProperty(property) => {
            let name = property.key.static_name();
            let name = name.map_or_else(|| "[_]".to_owned(), |name| name.into_owned());
            format!("{name}: {}", expression(&property.value))
        }
    }
}
