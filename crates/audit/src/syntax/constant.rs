//! Texts that a script puts together out of constants.

use oxc::ast::ast::{BinaryOperator, Expression};

/// Returns the text of an expression that is always the same: a literal, a template without holes, or a sum of such.
pub fn text(expression: &Expression<'_>) -> Option<String> {
    match expression.without_parentheses() {
        Expression::StringLiteral(literal) => Some(literal.value.to_string()),
        Expression::NumericLiteral(number) => Some(number.value.to_string()),
        Expression::TemplateLiteral(template) => {
            let holes: Option<Vec<String>> = template.expressions.iter().map(text).collect();
            let mut holes = holes?.into_iter();
            let quasis = template.quasis.iter();
            let pieces = quasis.map(|quasi| {
                let own = quasi
                    .value
                    .cooked
                    .as_ref()
                    .map_or_else(String::new, ToString::to_string);
                own + &holes.next().unwrap_or_default()
            });
            Some(pieces.collect())
        }
        Expression::BinaryExpression(sum) if sum.operator == BinaryOperator::Addition => {
            Some(text(&sum.left)? + &text(&sum.right)?)
        }
        Expression::CallExpression(call) => joined(call),
        _ => None,
    }
}

/// `["fe", "tch"].join("")`, which is how a name is hidden from a text search.
fn joined(call: &oxc::ast::ast::CallExpression<'_>) -> Option<String> {
    let Expression::StaticMemberExpression(member) = call.callee.without_parentheses() else {
        return None;
    };
    let Expression::ArrayExpression(list) = member.object.without_parentheses() else {
        return None;
    };
    if member.property.name != "join" {
        return None;
    }
    let between = match call.arguments.first() {
        Some(argument) => text(argument.as_expression()?)?,
        None => ",".to_owned(),
    };
    let pieces: Option<Vec<String>> = list.elements.iter().map(|piece| text(piece.as_expression()?)).collect();
    Some(pieces?.join(&between))
}
