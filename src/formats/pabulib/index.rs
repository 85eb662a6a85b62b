//! Projects by id.

use super::Project;

/// Finds a project by its id: a table with open addressing, at most a quarter full, and bisection if ids were chosen so as to collide.
pub(super) struct Index {
    slots: Vec<u32>,
    crowded: bool,
}

const FREE: u32 = u32::MAX;
const PROBES: usize = 64;

impl Index {
    pub(super) fn new(projects: &[Project]) -> Self {
        let mut slots = vec![FREE; (projects.len() * 4).next_power_of_two()];
        let mut crowded = false;
        for (i, project) in projects.iter().enumerate() {
            let first = hash(project.id.as_bytes()) as usize;
            let free = (first..first + PROBES).map(|at| at & (slots.len() - 1)).find(|&at| slots[at] == FREE);
            match free {
                Some(at) => slots[at] = i as u32,
                None => crowded = true,
            }
        }
        Self { slots, crowded }
    }

    pub(super) fn find(&self, projects: &[Project], id: &[u8]) -> Option<u32> {
        if self.crowded {
            return projects.binary_search_by(|p| p.id.as_bytes().cmp(id)).ok().map(|i| i as u32);
        }
        // An id is within so many slots of its own, or the table is crowded; those next to them may all be taken.
        let first = hash(id) as usize;
        for at in (first..first + PROBES).map(|at| at & (self.slots.len() - 1)) {
            let i = self.slots[at];
            if i == FREE {
                return None;
            }
            if projects[i as usize].id.as_bytes() == id {
                return Some(i);
            }
        }
        None
    }
}

fn hash(text: &[u8]) -> u64 {
    let h = text
        .iter()
        .fold(0xCBF2_9CE4_8422_2325, |h: u64, &c| (h ^ u64::from(c)).wrapping_mul(0x0100_0000_01B3));
    (h ^ h >> 32) & u64::from(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_that_collide_are_found() {
        // Ids of which the hash agrees in all bits that count cannot be made here, so the table is told that they do.
        let projects: Vec<Project> = (0..300)
            .map(|i| Project {
                id: format!("p{i:03}"),
                name: String::new(),
                cost: 1,
                votes: None,
                score: None,
                selected: None,
                line: 1,
            })
            .collect();
        let index = Index::new(&projects);
        let crowded = Index { slots: index.slots.clone(), crowded: true };
        for i in [&index, &crowded] {
            assert_eq!(i.find(&projects, b"p123"), Some(123));
            assert_eq!(i.find(&projects, b"p300"), None);
            assert_eq!(i.find(&projects, b""), None);
        }
    }

    #[test]
    fn an_absent_id_is_given_up_where_none_would_have_been_put() {
        let project = |i: usize| Project {
            id: format!("p{i}"),
            name: String::new(),
            cost: 1,
            votes: None,
            score: None,
            selected: None,
            line: 1,
        };
        // As ids that are chosen for their slots would leave it: none is free wherever a search comes.
        let projects: Vec<Project> = (0..1024).map(project).collect();
        let index = Index { slots: (0..1024).collect(), crowded: false };
        assert_eq!(index.find(&projects, b"absent"), None);
    }
}
