//! The graphs of each triple, as one number.

use std::collections::HashMap;
use std::io;

use super::UNNAMED;
use super::rows::{Row, Spool};
use crate::format::WIDE;

/// Gathers quads that come sorted into triples, each with a number for the graphs that hold it.
pub(super) struct Gathering<'a> {
    triples: Spool<'a>,
    numbers: HashMap<Vec<u32>, u32>,
    sets: Vec<Vec<u32>>,
    /// The triple at hand and the graphs of it.
    triple: [u32; 3],
    members: Vec<u32>,
    quads: u64,
}

impl<'a> Gathering<'a> {
    pub fn new(triples: Spool<'a>) -> Self {
        Self {
            triples,
            numbers: HashMap::new(),
            sets: Vec::new(),
            triple: [0; 3],
            members: Vec::new(),
            quads: 0,
        }
    }

    pub fn add(&mut self, [s, p, o, graph]: Row) -> io::Result<()> {
        if self.triple != [s, p, o] {
            self.end()?;
            self.triple = [s, p, o];
        }
        self.members.push(graph);
        self.quads += 1;
        Ok(())
    }

    fn end(&mut self) -> io::Result<()> {
        if self.members.is_empty() {
            return Ok(());
        }
        let number = match self.numbers.get(&self.members) {
            Some(number) => *number,
            None => {
                let number = self.sets.len() as u32;
                self.sets.push(self.members.clone());
                self.numbers.insert(self.members.clone(), number);
                number
            }
        };
        self.members.clear();
        let [s, p, o] = self.triple;
        self.triples.push([s, p, o, number])
    }

    /// The sets, the triples with the numbers of their sets, and how many quads there were.
    pub fn finish(mut self, defaults: &[u32]) -> io::Result<(Sets, Spool<'a>, u64)> {
        self.end()?;
        let (sets, new) = Sets::of(&self.sets, defaults);
        self.triples.change(|row| row[3] = new[row[3] as usize])?;
        Ok((sets, self.triples, self.quads))
    }
}

/// Sets of graphs, numbered so that those with a default graph come first.
pub(super) struct Sets {
    pub graphs: Vec<u32>,
    pub starts: Vec<u32>,
    pub members: Vec<u32>,
    /// How many sets have a default graph.
    pub defaults: u64,
}

impl Sets {
    /// Also gives the new number of each set.
    fn of(sets: &[Vec<u32>], defaults: &[u32]) -> (Self, Vec<u32>) {
        let mut graphs: Vec<u32> = sets.iter().flatten().copied().collect();
        graphs.sort_unstable();
        graphs.dedup();
        graphs.retain(|graph| *graph != UNNAMED);
        let position = |graph: u32| match graphs.binary_search(&graph) {
            Ok(at) => at as u32,
            // The graph without a name has none.
            Err(_) => u32::MAX,
        };
        let is_default = |set: &Vec<u32>| set.iter().any(|graph| defaults.contains(graph));
        let mut order: Vec<u32> = (0..sets.len() as u32).collect();
        order.sort_by_key(|at| {
            let set = &sets[*at as usize];
            (!is_default(set), set.clone())
        });
        let mut new = vec![0; sets.len()];
        let (mut starts, mut members, mut defaults) = (vec![0], Vec::new(), 0);
        for (number, at) in order.iter().enumerate() {
            let set = &sets[*at as usize];
            new[*at as usize] = number as u32;
            defaults += u64::from(is_default(set));
            let named = set.iter().filter(|graph| **graph != UNNAMED);
            members.extend(named.map(|graph| position(*graph)));
            starts.push(members.len() as u32);
        }
        let sets = Self {
            graphs,
            starts,
            members,
            defaults,
        };
        (sets, new)
    }

    fn members(&self, set: u32) -> &[u32] {
        let set = set as usize;
        &self.members[self.starts[set] as usize..self.starts[set + 1] as usize]
    }

    /// Where the rows of each graph begin, one more at the end, and their positions; none of a graph that has more
    /// than one in [`WIDE`] of all rows.
    pub fn rows_by_graph(&self, rows: &mut Spool<'_>) -> io::Result<(Vec<u32>, Vec<u32>)> {
        let mut starts = vec![0_u32; self.graphs.len() + 1];
        rows.read(|rows| {
            for graph in rows.iter().flat_map(|row| self.members(row[3])) {
                starts[*graph as usize + 1] += 1;
            }
            Ok(())
        })?;
        let wide: Vec<bool> = starts[1..]
            .iter()
            .map(|own| u64::from(*own) * WIDE > rows.len())
            .collect();
        for at in 1..starts.len() {
            let own = if wide[at - 1] { 0 } else { starts[at] };
            starts[at] = starts[at - 1] + own;
        }
        let mut next = starts.clone();
        let mut positions = vec![0; starts.last().map_or(0, |all| *all as usize)];
        let mut at = 0;
        rows.read(|rows| {
            for row in rows {
                for graph in self.members(row[3]).iter().map(|graph| *graph as usize) {
                    if !wide[graph] {
                        positions[next[graph] as usize] = at;
                        next[graph] += 1;
                    }
                }
                at += 1;
            }
            Ok(())
        })?;
        Ok((starts, positions))
    }
}
