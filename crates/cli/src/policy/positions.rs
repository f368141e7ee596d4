//! Line and column of keys and tables in the text of a policy.

use shelfwise_core::policy::lint::Place;
use shelfwise_intake::position::Position;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// The text of a policy with the places of its tables.
pub struct Positions<'t> {
    text: &'t str,
    tables: Option<Spanned<DeTable<'t>>>,
}

impl<'t> Positions<'t> {
    /// Parses the text again, with positions.
    pub fn new(text: &'t str) -> Self {
        let tables = DeTable::parse(text).ok();
        Self { text, tables }
    }

    /// Returns the spot of the key, or of its table, or of the beginning of the file.
    pub fn position(&self, place: Place) -> Position {
        let byte = self.table(place).map(|table| {
            let word = table.get_ref().as_table().and_then(|table| entry(table, place.key));
            word.map_or(table.span().start, |(word, value)| {
                let entry = place.entry.and_then(|at| value.get_ref().as_array()?.get(at));
                let within = place.within.and_then(|at| self.in_where(value, at));
                within.unwrap_or_else(|| entry.map_or(word.span().start, |entry| entry.span().start))
            })
        });
        Position::of_byte(self.text, byte.unwrap_or_default())
    }

    /// Returns the spot of the rule of that name; none if it comes out of a spreadsheet.
    pub fn of_rule(&self, id: &str) -> Option<Position> {
        let (_, rules) = entry(self.tables.as_ref()?.get_ref(), "rule")?;
        let is_it = |rule: &&Spanned<DeValue<'t>>| {
            let own = rule.get_ref().as_table().and_then(|rule| entry(rule, "id"));
            own.and_then(|(_, own)| own.get_ref().as_str()) == Some(id)
        };
        let rule = rules.get_ref().as_array()?.iter().find(is_it)?;
        Some(Position::of_byte(self.text, rule.span().start))
    }

    /// Returns the byte of the file of a byte of the text behind `where`.
    fn in_where(&self, verb: &Spanned<DeValue<'t>>, at: usize) -> Option<usize> {
        let (_, value) = entry(verb.get_ref().as_table()?, "where")?;
        let written = self.text.get(value.span())?;
        let quotes = written
            .chars()
            .take_while(|letter| matches!(letter, '"' | '\''))
            .count();
        // Three quotes begin a text of several lines, whose first line may be empty.
        let start = match quotes {
            3.. if written[3..].starts_with('\n') => 4,
            3.. => 3,
            _ => 1,
        };
        Some(value.span().start + start + at)
    }

    /// Returns the names of the placements.
    pub fn placements(&self) -> Vec<&str> {
        let tables = self
            .tables
            .as_ref()
            .and_then(|tables| entry(tables.get_ref(), "placement"));
        let tables = tables.and_then(|(_, tables)| tables.get_ref().as_array());
        let tables = tables.into_iter().flat_map(|tables| tables.iter());
        let names = tables.filter_map(|table| entry(table.get_ref().as_table()?, "name")?.1.get_ref().as_str());
        names.collect()
    }

    fn table(&self, place: Place) -> Option<&Spanned<DeValue<'t>>> {
        let (_, tables) = entry(self.tables.as_ref()?.get_ref(), place.table.name())?;
        match tables.get_ref() {
            DeValue::Array(tables) => tables.get(place.at),
            _ => Some(tables),
        }
    }
}

/// A key of a table and its value, with their positions.
type Entry<'a, 't> = (&'a Spanned<std::borrow::Cow<'t, str>>, &'a Spanned<DeValue<'t>>);

fn entry<'a, 't>(table: &'a DeTable<'t>, key: &str) -> Option<Entry<'a, 't>> {
    table.iter().find(|(word, _)| word.get_ref() == key)
}

#[cfg(test)]
mod tests {
    use shelfwise_core::policy::lint::Table;

    use super::*;

    const POLICY: &str =
        "\n[[placement]]\nname = \"hóme\"\n\n[[rule]]\nid = \"a\"\n  pin = { item = \"x\", position = 1 }\n";

    fn position(table: Table, at: usize, key: &'static str) -> (usize, usize) {
        let position = Positions::new(POLICY).position(Place {
            table,
            at,
            key,
            within: None,
            entry: None,
        });
        (position.line, position.column)
    }

    #[test]
    fn position_of_a_key_is_where_an_editor_shows_it() {
        assert_eq!(position(Table::Rule, 0, "pin"), (7, 3));
        assert_eq!(position(Table::Placement, 0, "name"), (3, 1));
    }

    #[test]
    fn position_of_a_missing_key_is_its_table() {
        assert_eq!(position(Table::Rule, 0, "hide").0, 5);
        assert_eq!(
            position(Table::Rule, 9, "hide"),
            (1, 1),
            "and a missing table to the top"
        );
    }

    #[test]
    fn position_of_a_rule_is_found_by_its_name() {
        let line = |id| Positions::new(POLICY).of_rule(id).map(|position| position.line);
        assert_eq!((line("a"), line("b")), (Some(5), None));
    }

    #[test]
    fn position_of_an_entry_is_in_its_list() {
        let text = "[[experiment]]\nread = [\"orders\",\n  \"clicks\"]\n";
        let place = Place {
            table: Table::Experiment,
            at: 0,
            key: "read",
            within: None,
            entry: Some(1),
        };
        assert_eq!(Positions::new(text).position(place), Position { line: 3, column: 3 });
    }

    #[test]
    fn columns_count_characters() {
        let byte = POLICY.find("me\"").unwrap();
        assert_eq!(Position::of_byte(POLICY, byte), Position { line: 3, column: 11 });
    }
}
