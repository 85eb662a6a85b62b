//! What users named, made fit to be drawn.

use super::number;

/// Labels are cut at this many characters, as a reader counts them.
pub(super) const LABEL: usize = 24;

/// Tool tips and text alternatives are cut at this many.
pub(super) const FULL: usize = 200;

/// How much wider bold letters are: their size for [`fit`] and [`width`] is so much larger.
pub(super) const BOLD: f64 = 1.1;

/// Marks that stand on one character, and parts that an emoji is joined of; what is piled on top of these is dropped.
const MOST_MARKS: usize = 3;
const MOST_JOINED: usize = 12;

/// Opens and closes a piece of text whose direction is its own.
const ISOLATE: (char, char) = ('\u{2068}', '\u{2069}');

/// `text` as one line of at most `most` characters, then an ellipsis.
///
/// White space becomes single spaces; what XML 1.0 forbids becomes U+FFFD; what would turn the direction of the text around it is taken out, and text
/// that runs from right to left is isolated.
pub(super) fn cut(text: &str, most: usize) -> String {
    fit(text, most, f64::INFINITY, 0.0)
}

/// A code or a name to stand alone: a dash where there is none.
pub(super) fn name(text: &str) -> String {
    let cut = cut(text, LABEL);
    if cut.is_empty() { "–".to_owned() } else { cut }
}

/// As [`cut`], and no wider than `room` at the letter size `size`.
pub(super) fn fit(text: &str, most: usize, room: f64, size: f64) -> String {
    let ellipsis = em('…') * size;
    let mut out = String::new();
    // The end of the longest beginning that leaves room for an ellipsis.
    let (mut kept, mut kept_all) = (0, true);
    let (mut count, mut wide, mut marks) = (0, 0.0, 0);
    let (mut space, mut joined, mut flag) = (false, false, false);
    for c in text.chars() {
        if c.is_whitespace() {
            space = !out.is_empty();
            continue;
        }
        if is_bidi_control(c) {
            continue;
        }
        let c = if is_forbidden(c) { char::REPLACEMENT_CHARACTER } else { c };
        let flag_now = matches!(c, '\u{1f1e6}'..='\u{1f1ff}');
        let joins = is_mark(c) || joined || flag && flag_now;
        if joins && !out.is_empty() && !space {
            let room_on_top = if joined || flag || makes_emoji(c) { MOST_JOINED } else { MOST_MARKS };
            if marks < room_on_top {
                out.push(c);
                marks += 1;
                joined = c == '\u{200d}';
            }
            flag = false;
            if kept_all {
                kept = if count < most && wide + ellipsis <= room { out.len() } else { kept };
            }
            continue;
        }
        let step = em(c) * size + if space { em(' ') * size } else { 0.0 };
        let places = 1 + usize::from(space);
        if count + places > most || wide + step > room {
            kept_all = false;
            break;
        }
        if space {
            out.push(' ');
        }
        out.push(c);
        (count, wide) = (count + places, wide + step);
        (space, joined, flag, marks) = (false, false, flag_now, 0);
        if count < most && wide + ellipsis <= room {
            kept = out.len();
        }
    }
    if !kept_all {
        out.truncate(kept);
        out.truncate(out.trim_end().len());
        out.push('…');
    }
    if out.chars().any(runs_left) { format!("{}{out}{}", ISOLATE.0, ISOLATE.1) } else { out }
}

/// How wide a line is at a letter size: an upper estimate, since the letters are the reader's.
pub(super) fn width(text: &str, size: f64) -> f64 {
    text.chars().map(em).sum::<f64>() * size
}

/// Lines of whole words, none wider than `room` unless it is one word. What is isolated is one word: its parts would mix with what is beside them.
pub(super) fn wrap(text: &str, room: f64, size: f64) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    let mut wide = f64::INFINITY;
    let mut inside = false;
    let breaks = |c: char| {
        inside = (inside || c == ISOLATE.0) && c != ISOLATE.1;
        c == ' ' && !inside
    };
    for word in text.split(breaks).filter(|word| !word.is_empty()) {
        let step = width(word, size);
        match lines.last_mut() {
            Some(line) if wide + em(' ') * size + step <= room => {
                line.push(' ');
                line.push_str(word);
                wide += em(' ') * size + step;
            }
            _ => {
                lines.push(word.to_owned());
                wide = step;
            }
        }
    }
    lines
}

/// "1 initiative", "3 initiatives".
pub(super) fn many(count: usize, one: &str, more: &str) -> String {
    format!("{} {}", number::count(count), if count == 1 { one } else { more })
}

/// What XML 1.0 does not allow or advises against.
fn is_forbidden(c: char) -> bool {
    c.is_control() || matches!(c, '\u{fdd0}'..='\u{fdef}') || c as u32 & 0xfffe == 0xfffe
}

/// Embeddings, overrides, isolates.
fn is_bidi_control(c: char) -> bool {
    matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Belongs to the character before it: combining marks of the common scripts, joiners, variation selectors, skin tones, tags.
fn is_mark(c: char) -> bool {
    matches!(c,
        '\u{300}'..='\u{36f}' | '\u{483}'..='\u{489}' | '\u{591}'..='\u{5bd}' | '\u{5bf}' | '\u{5c1}'..='\u{5c7}'
        | '\u{610}'..='\u{61a}' | '\u{64b}'..='\u{65f}' | '\u{670}' | '\u{6d6}'..='\u{6ed}' | '\u{93a}'..='\u{94f}'
        | '\u{e31}' | '\u{e34}'..='\u{e3a}' | '\u{e47}'..='\u{e4e}' | '\u{1ab0}'..='\u{1aff}' | '\u{1dc0}'..='\u{1dff}'
        | '\u{200b}'..='\u{200f}' | '\u{2060}'..='\u{2065}' | '\u{20d0}'..='\u{20ff}' | '\u{61c}' | '\u{ad}' | '\u{feff}'
        | '\u{fe00}'..='\u{fe0f}' | '\u{fe20}'..='\u{fe2f}' | '\u{1f3fb}'..='\u{1f3ff}' | '\u{e0000}'..='\u{e01ef}')
}

/// What emoji are joined and coloured with.
fn makes_emoji(c: char) -> bool {
    matches!(c, '\u{200d}' | '\u{fe0f}' | '\u{20e3}' | '\u{1f3fb}'..='\u{1f3ff}' | '\u{e0020}'..='\u{e007f}')
}

/// Letters of scripts that run from right to left.
pub(in crate::report) fn runs_left(c: char) -> bool {
    matches!(c, '\u{590}'..='\u{8ff}' | '\u{fb1d}'..='\u{fdff}' | '\u{fe70}'..='\u{fefe}' | '\u{10800}'..='\u{10fff}' | '\u{1e800}'..='\u{1efff}')
}

/// The width of a character in letter sizes, in the widest of the usual fonts.
fn em(c: char) -> f64 {
    match c {
        'i' | 'j' | 'l' | 'I' | '.' | ',' | ':' | ';' | '\'' | '|' | '!' | ' ' | '·' | '\u{202f}' => 0.34,
        'f' | 't' | 'r' | '(' | ')' | '[' | ']' | '-' | '/' => 0.42,
        'm' | 'w' | 'M' | 'W' | '@' | '%' | '…' | '→' => 1.0,
        'A'..='Z' => 0.73,
        '\0'..='\u{7f}' => 0.63,
        _ if is_mark(c) || is_bidi_control(c) => 0.0,
        '\u{80}'..='\u{8ff}' | '\u{2010}'..='\u{203a}' => 0.7,
        '\u{900}'..='\u{10ff}' => 0.9,
        '\u{1f000}'.. => 1.4,
        _ => 1.1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn long_names_end_in_an_ellipsis_and_short_ones_do_not() {
        assert_eq!(cut("Call-back in place of the queue", 12), "Call-back i…");
        assert_eq!(cut("Call-back in", 12), "Call-back in");
        assert_eq!(cut("Call-back in ", 12), "Call-back in");
        assert_eq!(cut("", 12), "");
        assert_eq!(cut(&"x".repeat(10_000), 24).chars().count(), 24);
        assert_eq!(fit("Call-back", 24, 30.0, 10.0), "Cal…");
        assert_eq!(fit("Call-back", 24, 60.0, 10.0), "Call-back");
    }

    #[test]
    fn what_belongs_together_is_not_cut_apart() {
        // A family, a flag, a thumb with its skin, an e with its accent: one each.
        let text = "👩‍👩‍👧🇳🇱👍🏽e\u{301}x";
        assert_eq!(cut(text, 5), text);
        assert_eq!(cut(text, 3), "👩‍👩‍👧🇳🇱…");
        assert_eq!(cut(&format!("a{}b", "\u{301}".repeat(10_000)), 3).chars().count(), 2 + MOST_MARKS);
    }

    #[test]
    fn nothing_that_breaks_a_file_or_a_neighbour_is_left() {
        assert_eq!(cut("a\u{0}b\u{1b}\u{ffff}c\td\r\n e", 24), "a\u{fffd}b\u{fffd}\u{fffd}c d e");
        assert_eq!(cut("pay\u{202e}tab", 24), "paytab");
        assert_eq!(cut("שלום", 24), "\u{2068}שלום\u{2069}");
    }

    #[test]
    fn lines_are_of_whole_words() {
        assert_eq!(wrap("one two three", 50.0, 10.0), ["one two", "three"]);
        assert_eq!(wrap("", 50.0, 10.0), [""; 0]);
        assert_eq!(wrap("one \u{2068}א ב\u{2069} two", 20.0, 10.0), ["one", "\u{2068}א ב\u{2069}", "two"]);
    }

    proptest! {
        #[test]
        fn a_cut_keeps_its_bounds(text in "(?s)[^\u{200d}\u{1f1e6}-\u{1f1ff}]{0,60}|[a-z \n\u{0}\u{301}\u{5d0}]{0,60}", most in 1usize..30, room in 12.0..300.0) {
            let out = fit(&text, most, room, 12.0);
            let bare = out.chars().filter(|&c| !is_bidi_control(c));
            prop_assert!(bare.clone().filter(|&c| !is_mark(c)).count() <= most);
            prop_assert!(!bare.clone().any(is_forbidden));
            prop_assert!(width(&out, 12.0) <= room + 1e-9, "{} wide", width(&out, 12.0));
            // What is fit stays as it is.
            prop_assert_eq!(fit(&out, most, f64::INFINITY, 12.0), out);
        }
    }
}
