//! Labels that do not collide: greedy, the most important first, in a stated order of places.

/// A box, edges included.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Rect {
    pub(super) left: f64,
    pub(super) top: f64,
    pub(super) right: f64,
    pub(super) bottom: f64,
}

impl Rect {
    fn meets(&self, other: &Rect) -> bool {
        self.left < other.right
            && other.left < self.right
            && self.top < other.bottom
            && other.top < self.bottom
    }

    fn holds(&self, other: &Rect) -> bool {
        self.left <= other.left
            && self.top <= other.top
            && self.right >= other.right
            && self.bottom >= other.bottom
    }

    /// Whether a line passes through the inside.
    ///
    /// Liang and Barsky (1984), *A new concept and method for line clipping*.
    fn crossed_by(&self, (x, y): (f64, f64), (to_x, to_y): (f64, f64)) -> bool {
        let (mut enters, mut leaves) = (0.0_f64, 1.0_f64);
        for (step, before, after) in
            [(to_x - x, self.left - x, self.right - x), (to_y - y, self.top - y, self.bottom - y)]
        {
            if step == 0.0 {
                if before >= 0.0 || after <= 0.0 {
                    return false;
                }
                continue;
            }
            let (a, b) = (before / step, after / step);
            enters = enters.max(a.min(b));
            leaves = leaves.min(a.max(b));
        }
        enters < leaves
    }
}

/// Where a label stands.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Place {
    /// Its box.
    pub(super) rect: Rect,
    /// From the mark to the box, where they are apart.
    pub(super) leader: Option<[(f64, f64); 2]>,
    /// Whether the mark is on its left (−1), on its right (1) or above or below (0).
    mark: f64,
}

impl Place {
    /// The class of the text's anchor and where it is: on the side of the mark, since the letters may be narrower than the box.
    pub(super) fn anchor(&self) -> (&'static str, f64) {
        match self.mark {
            m if m < 0.0 => ("", self.rect.left),
            m if m > 0.0 => ("e", self.rect.right),
            _ => ("m", self.rect.left.midpoint(self.rect.right)),
        }
    }
}

/// Free room in a picture: what is taken, by squares of the plane, so that a look at a place is a look at few boxes.
#[derive(Debug)]
pub(super) struct Room {
    bounds: Rect,
    columns: usize,
    squares: Vec<Vec<Rect>>,
    lines: Vec<[(f64, f64); 2]>,
}

/// The side of a square.
const SQUARE: f64 = 40.0;

/// Between a mark and a label beside it.
const GAP: f64 = 3.0;

/// How far labels with a leader stand from their mark.
const RINGS: [f64; 3] = [14.0, 26.0, 40.0];

/// Right, left, above, below: what readers look for first.
const SIDES: [(f64, f64); 4] = [(1.0, 0.0), (-1.0, 0.0), (0.0, -1.0), (0.0, 1.0)];
const CORNERS: [(f64, f64); 4] = [(1.0, -1.0), (1.0, 1.0), (-1.0, -1.0), (-1.0, 1.0)];

impl Room {
    pub(super) fn new(bounds: Rect) -> Room {
        let columns = ((bounds.right - bounds.left) / SQUARE).ceil() as usize + 1;
        let rows = ((bounds.bottom - bounds.top) / SQUARE).ceil() as usize + 1;
        Room { bounds, columns, squares: vec![Vec::new(); columns * rows], lines: Vec::new() }
    }

    /// Takes a box.
    pub(super) fn block(&mut self, rect: Rect) {
        let squares: Vec<usize> = self.squares_of(&rect).collect();
        for square in squares {
            self.squares[square].push(rect);
        }
    }

    /// Takes the round mark at a point.
    pub(super) fn block_mark(&mut self, (x, y): (f64, f64), radius: f64) {
        self.block(Rect { left: x - radius, top: y - radius, right: x + radius, bottom: y + radius });
    }

    /// Takes a line: labels stand clear of it.
    pub(super) fn block_line(&mut self, from: (f64, f64), to: (f64, f64)) {
        self.lines.push([from, to]);
    }

    /// Finds room for a label of this width and height near the mark at `at`, and takes it: beside the mark, or if `far` is allowed farther away with a leader;
    /// `None` where there is none.
    pub(super) fn place(
        &mut self,
        at: (f64, f64),
        radius: f64,
        (width, height): (f64, f64),
        far: bool,
    ) -> Option<Place> {
        let beside = SIDES.iter().chain(&CORNERS).map(|&side| (side, radius + GAP, false));
        // Slanted, so that a leader is not taken for a line of the picture.
        let rings = if far { &RINGS[..] } else { &[] };
        let farther =
            rings.iter().flat_map(|&ring| CORNERS.iter().map(move |&side| (side, radius + GAP + ring, true)));
        for ((across, down), away, led) in beside.chain(farther) {
            // On a corner the box is as far away along the diagonal as it is on a side.
            let away = if across != 0.0 && down != 0.0 { away * 0.7 } else { away };
            let left = at.0 + across * away + (across - 1.0) / 2.0 * width;
            let top = at.1 + down * away + (down - 1.0) / 2.0 * height;
            let rect = Rect { left, top, right: left + width, bottom: top + height };
            if !self.is_free(&rect) {
                continue;
            }
            let leader = led.then(|| {
                let start = (at.0 + across * radius, at.1 + down * radius);
                [start, (start.0.clamp(rect.left, rect.right), start.1.clamp(rect.top, rect.bottom))]
            });
            if let Some([from, to]) = leader {
                if self.is_crossed(from, to) {
                    continue;
                }
                self.block_line(from, to);
            }
            self.block(rect);
            return Some(Place { rect, leader, mark: -across });
        }
        None
    }

    fn is_free(&self, rect: &Rect) -> bool {
        self.bounds.holds(rect)
            && self.squares_of(rect).all(|square| self.squares[square].iter().all(|taken| !taken.meets(rect)))
            && self.lines.iter().all(|&[from, to]| !rect.crossed_by(from, to))
    }

    /// Whether a leader would run through what is taken, besides the mark that it starts at.
    fn is_crossed(&self, from: (f64, f64), to: (f64, f64)) -> bool {
        let around = Rect {
            left: from.0.min(to.0),
            top: from.1.min(to.1),
            right: from.0.max(to.0),
            bottom: from.1.max(to.1),
        };
        let starts_in =
            |r: &Rect| r.left <= from.0 && from.0 <= r.right && r.top <= from.1 && from.1 <= r.bottom;
        self.lines.iter().any(|&line| cross(line, [from, to]))
            || self.squares_of(&around).any(|square| {
                self.squares[square].iter().any(|taken| !starts_in(taken) && taken.crossed_by(from, to))
            })
    }

    /// The squares that a box lies in; what is out of bounds counts to the squares at the edge.
    fn squares_of(&self, rect: &Rect) -> impl Iterator<Item = usize> + use<> {
        let (columns, rows) = (self.columns, self.squares.len() / self.columns);
        let square = |x: f64, from: f64, most: usize| (((x - from) / SQUARE).max(0.0) as usize).min(most - 1);
        let across =
            square(rect.left, self.bounds.left, columns)..=square(rect.right, self.bounds.left, columns);
        let down = square(rect.top, self.bounds.top, rows)..=square(rect.bottom, self.bounds.top, rows);
        down.flat_map(move |row| across.clone().map(move |column| row * columns + column))
    }
}

/// Whether two lines have a point in common that is inside of both.
fn cross(a: [(f64, f64); 2], b: [(f64, f64); 2]) -> bool {
    let side = |[from, to]: [(f64, f64); 2], p: (f64, f64)| {
        (to.0 - from.0) * (p.1 - from.1) - (to.1 - from.1) * (p.0 - from.0)
    };
    side(a, b[0]) * side(a, b[1]) < 0.0 && side(b, a[0]) * side(b, a[1]) < 0.0
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const BOUNDS: Rect = Rect { left: 0.0, top: 0.0, right: 400.0, bottom: 300.0 };

    #[test]
    fn the_first_place_is_on_the_right_and_the_edge_turns_it() {
        let mut room = Room::new(BOUNDS);
        let first = room.place((200.0, 100.0), 4.0, (50.0, 14.0), true).unwrap();
        assert_eq!((first.rect.left, first.rect.top, first.leader), (207.0, 93.0, None));
        let edge = room.place((390.0, 200.0), 4.0, (50.0, 14.0), true).unwrap();
        assert_eq!((edge.rect.right, edge.leader), (383.0, None));
        assert!(room.place((5.0, 5.0), 4.0, (500.0, 14.0), true).is_none());
    }

    #[test]
    fn a_line_through_a_box_is_seen() {
        let rect = Rect { left: 10.0, top: 10.0, right: 20.0, bottom: 20.0 };
        assert!(rect.crossed_by((0.0, 0.0), (30.0, 30.0)));
        assert!(rect.crossed_by((15.0, 0.0), (15.0, 30.0)));
        assert!(rect.crossed_by((12.0, 12.0), (13.0, 13.0)));
        assert!(!rect.crossed_by((0.0, 0.0), (9.0, 30.0)));
        assert!(!rect.crossed_by((10.0, 0.0), (10.0, 30.0)), "along an edge");
        assert!(!rect.crossed_by((0.0, 15.0), (9.0, 15.0)), "ends before it");
    }

    proptest! {
        #[test]
        fn labels_meet_neither_each_other_nor_marks_nor_leaders(
            marks in prop::collection::vec((0.0..400.0, 0.0..300.0, 10.0..90.0), 1..120),
            line in ((0.0..400.0, 0.0..300.0), (0.0..400.0, 0.0..300.0)),
            far in any::<bool>(),
        ) {
            let mut room = Room::new(BOUNDS);
            for &(x, y, _) in &marks {
                room.block_mark((x, y), 3.0);
            }
            room.block_line(line.0, line.1);
            let placed: Vec<Place> =
                marks.iter().filter_map(|&(x, y, width)| room.place((x, y), 3.0, (width, 12.0), far)).collect();
            let lines: Vec<_> = placed.iter().filter_map(|p| p.leader).chain([[line.0, line.1]]).collect();
            for (i, a) in placed.iter().enumerate() {
                prop_assert!(BOUNDS.holds(&a.rect));
                prop_assert!(placed[..i].iter().all(|b| !a.rect.meets(&b.rect)));
                prop_assert!(lines.iter().all(|&[from, to]| !a.rect.crossed_by(from, to)));
                for &(x, y, _) in &marks {
                    let mark = Rect { left: x - 3.0, top: y - 3.0, right: x + 3.0, bottom: y + 3.0 };
                    prop_assert!(!a.rect.meets(&mark));
                }
            }
        }
    }
}
