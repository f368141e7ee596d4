//! Lines of a script that are code.

/// Returns number and text of every line that is no comment, without a comment at its end.
pub fn lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let lines = text.lines().enumerate().map(|(at, line)| (at + 1, line));
    let lines = lines.filter(|(_, line)| !["//", "/*", "*"].iter().any(|mark| line.trim_start().starts_with(mark)));
    lines.map(|(at, line)| (at, line.split(" // ").next().unwrap_or(line)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_before_and_after_code_are_dropped() {
        let text = "/** a */\n * b\nconst c = 1; // d\n// e";
        assert_eq!(lines(text).collect::<Vec<_>>(), [(3, "const c = 1;")]);
    }
}
