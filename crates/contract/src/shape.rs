//! A record or a list of words, as its schema describes it: fields in the order of their declaration.

use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, SchemaGenerator};
use serde_json::Value;

/// A type that crosses the boundary.
#[derive(Debug)]
pub struct Shape {
    /// Its name in TypeScript.
    pub name: String,
    /// What it is, for a person.
    pub about: String,
    /// What it is made of.
    pub kind: Kind,
}

/// What a type is made of.
#[derive(Debug)]
pub enum Kind {
    /// Fields by name.
    Record(Vec<Field>),
    /// One of some words, each with what it means.
    Words(Vec<(String, String)>),
}

/// A field of a record.
#[derive(Debug)]
pub struct Field {
    /// Its name.
    pub name: String,
    /// What it is, for a person.
    pub about: String,
    /// What it holds.
    pub holds: Holds,
    /// Whether it may be null, or (of what a page hands over) absent.
    pub optional: bool,
}

/// What a field holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Holds {
    /// Any text.
    Text,
    /// A number.
    Number,
    /// Yes or no.
    Flag,
    /// Bytes.
    Bytes,
    /// Another type that crosses the boundary.
    Named(String),
    /// A list of these.
    List(Box<Holds>),
}

impl Shape {
    /// The shape of a type.
    ///
    /// # Errors
    /// A sentence where its schema has something that no message has, such as a map or a tuple.
    pub fn of<T: JsonSchema>() -> Result<Self, String> {
        // A schema of what is written requires every field, in the order of declaration; properties have none.
        let settings = SchemaSettings::default().for_serialize();
        let schema = SchemaGenerator::new(settings).into_root_schema_for::<T>();
        let name = T::schema_name().into_owned();
        let schema = schema.as_value();
        let kind = match (words(schema), schema.get("properties")) {
            (Some(words), _) => Kind::Words(words),
            (None, Some(properties)) => {
                Kind::Record(fields(schema, properties).map_err(|error| format!("{name}: {error}"))?)
            }
            (None, None) => return Err(format!("{name}: neither a record nor words")),
        };
        Ok(Self {
            about: text(schema, "description"),
            name,
            kind,
        })
    }
}

fn fields(schema: &Value, properties: &Value) -> Result<Vec<Field>, String> {
    let names = array(schema, "required").iter().filter_map(Value::as_str);
    let field = |name: &str| {
        let property = properties.get(name).ok_or_else(|| format!("{name} has no schema"))?;
        let (holds, optional) = holds(property).map_err(|error| format!("{name}: {error}"))?;
        Ok(Field {
            name: name.to_owned(),
            about: text(property, "description"),
            holds,
            optional,
        })
    };
    names.map(field).collect()
}

/// What it holds, and whether that may be missing.
fn holds(schema: &Value) -> Result<(Holds, bool), String> {
    if let Some(reference) = schema.get("$ref").and_then(Value::as_str) {
        let name = reference.rsplit('/').next().unwrap_or(reference);
        return Ok((Holds::Named(name.to_owned()), false));
    }
    let null = |schema: &&Value| schema.get("type").and_then(Value::as_str) != Some("null");
    if let [one] = array(schema, "anyOf").iter().filter(null).collect::<Vec<_>>()[..] {
        return Ok((holds(one)?.0, true));
    }
    match schema.get("type") {
        Some(Value::String(kind)) => Ok((of_type(kind, schema)?, false)),
        Some(Value::Array(kinds)) => match &kinds[..] {
            [Value::String(kind), Value::String(null)] if null == "null" => Ok((of_type(kind, schema)?, true)),
            _ => Err(format!("no message has a choice such as {schema}")),
        },
        _ => Err(format!("no message has {schema}")),
    }
}

fn of_type(kind: &str, schema: &Value) -> Result<Holds, String> {
    Ok(match kind {
        "string" => Holds::Text,
        "integer" | "number" => Holds::Number,
        "boolean" => Holds::Flag,
        "bytes" => Holds::Bytes,
        "array" => Holds::List(Box::new(holds(schema.get("items").unwrap_or(&Value::Null))?.0)),
        _ => return Err(format!("no message has a {kind}")),
    })
}

/// Words as schemars writes them: those with a meaning as constants, those without in one list.
fn words(schema: &Value) -> Option<Vec<(String, String)>> {
    let constant = |one: &Value| Some((one.get("const")?.as_str()?.to_owned(), text(one, "description")));
    let words: Option<Vec<_>> = array(schema, "oneOf").iter().map(constant).collect();
    words.filter(|words| !words.is_empty())
}

fn array<'a>(schema: &'a Value, name: &str) -> &'a [Value] {
    schema.get(name).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

/// On one line.
fn text(schema: &Value, name: &str) -> String {
    let text = schema.get(name).and_then(Value::as_str).unwrap_or_default();
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use shelfwise_core::{EventKind, ReasonCode, Source, shown};

    fn words_of<T: JsonSchema>() -> Vec<String> {
        match Shape::of::<T>().unwrap().kind {
            Kind::Words(words) => words.into_iter().map(|(word, _)| word).collect(),
            Kind::Record(_) => Vec::new(),
        }
    }

    #[test]
    fn words_of_an_enum_are_the_names_that_the_engine_writes() {
        assert_eq!(words_of::<EventKind>(), EventKind::ALL.map(EventKind::name));
        assert_eq!(words_of::<Source>(), Source::ALL.map(Source::name));
        assert_eq!(words_of::<ReasonCode>(), ReasonCode::ALL.map(ReasonCode::name));
    }

    #[test]
    fn fields_of_a_record_keep_the_order_of_their_declaration() {
        let Kind::Record(fields) = Shape::of::<shown::SlateItem>().unwrap().kind else {
            panic!("a slate's item is a record");
        };
        let names: Vec<_> = fields.iter().map(|field| &*field.name).collect();
        assert_eq!(
            names,
            [
                "item_id",
                "score",
                "position",
                "from_position",
                "source",
                "reasons",
                "rules",
                "sponsored"
            ]
        );
        assert_eq!((&fields[3].holds, fields[3].optional), (&Holds::Number, true));
        assert_eq!(
            fields[5].holds,
            Holds::List(Box::new(Holds::Named("Reason".to_owned())))
        );
    }

    #[test]
    fn unsupported_shape_is_refused() {
        let error = Shape::of::<std::collections::BTreeMap<String, u32>>().unwrap_err();
        assert!(error.contains("neither a record nor words"), "{error}");
    }
}
