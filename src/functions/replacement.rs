//! Replacement texts of .NET: `$1`, `${name}`, `$$`, `$&`, `` $` ``, `$'`, `$+`, `$_`.

use super::dotnet_groups::Groups;
use super::dotnet_regex::Found;

/// A replacement text in pieces.
pub(super) struct Replacement<'r>(Vec<Piece<'r>>);

enum Piece<'r> {
    Text(&'r str),
    Group(&'r [usize]),
    /// What stands before the match.
    Before,
    /// What stands after it.
    After,
    /// The whole text.
    Everything,
}

impl<'r> Replacement<'r> {
    /// Reads a replacement for a pattern with such groups. A reference to a group that there is not is plain text.
    pub fn new(text: &'r str, groups: &'r Groups) -> Self {
        let mut pieces = Vec::new();
        let mut rest = text;
        while let Some(dollar) = rest.find('$') {
            let (plain, reference) = rest.split_at(dollar);
            match reference_of(&reference[1..], groups) {
                Some((piece, length)) => {
                    pieces.push(Piece::Text(plain));
                    pieces.push(piece);
                    rest = &reference[1 + length..];
                }
                None => {
                    pieces.push(Piece::Text(&rest[..dollar + 1]));
                    rest = &reference[1..];
                }
            }
        }
        pieces.push(Piece::Text(rest));
        Replacement(pieces)
    }

    /// Writes it for one match, up to a piece past the limit: `$_` can repeat the whole text many times.
    pub fn write(&self, found: &Found, text: &str, limit: usize, written: &mut String) {
        let (start, end) = found.whole();
        for piece in &self.0 {
            if written.len() > limit {
                return;
            }
            written.push_str(match piece {
                Piece::Text(text) => text,
                Piece::Group(places) => found.group(places).map_or("", |(start, end)| &text[start..end]),
                Piece::Before => &text[..start],
                Piece::After => &text[end..],
                Piece::Everything => text,
            });
        }
    }
}

/// The piece that stands behind a `$`, and how many bytes it takes.
fn reference_of<'r>(text: &'r str, groups: &'r Groups) -> Option<(Piece<'r>, usize)> {
    let piece = match text.chars().next()? {
        '$' => Piece::Text("$"),
        '&' => Piece::Group(&[0]),
        '`' => Piece::Before,
        '\'' => Piece::After,
        '+' => Piece::Group(groups.last()),
        '_' => Piece::Everything,
        '{' => {
            let end = text.find('}')?;
            return Some((Piece::Group(groups.named(&text[1..end])?), end + 1));
        }
        '0'..='9' => {
            let end = text.bytes().take_while(u8::is_ascii_digit).count();
            return Some((Piece::Group(groups.numbered(text[..end].parse().ok()?)?), end));
        }
        _ => return None,
    };
    Some((piece, 1))
}
