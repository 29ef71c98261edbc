//! Who had seen what: one position for each line of a log, not sets of ops.
//!
//! A line is a log's ops about the entity in the order of seq; each has seen all before it. (Two
//! verified ops at one seq, which only a fork with a ruling can leave, lie in two lines.)

use std::collections::BTreeMap;

use kernel::LogId;

/// Positions by line: how many of its ops have been seen. Missing ones are 0.
pub(super) type Row = Vec<u32>;

/// Where each op lies and what it has seen.
#[derive(Default)]
pub(super) struct Seen {
    /// Nodes of each line, in order.
    lines: Vec<Vec<u32>>,
    of_log: BTreeMap<LogId, Vec<u32>>,
    /// Line and index in it, by node.
    at: Vec<(u32, u32)>,
    rows: Vec<Row>,
    seqs: Vec<u64>,
}

impl Seen {
    /// How many ops there are.
    pub fn len(&self) -> usize {
        self.at.len()
    }

    /// Whether `a` has seen `b`.
    pub fn seen(&self, a: u32, b: u32) -> bool {
        let (line, index) = self.at[b as usize];
        at(&self.rows[a as usize], line) > index
    }

    /// What a node has seen, itself not included.
    pub fn row(&self, node: u32) -> &Row {
        &self.rows[node as usize]
    }

    /// Everything.
    pub fn all(&self) -> Row {
        self.lines.iter().map(|l| l.len() as u32).collect()
    }

    /// Highest seq of the log here, with the nodes that have it.
    pub fn last_of(&self, log: &LogId) -> Option<(u64, Vec<u32>)> {
        let lines = self.of_log.get(log)?;
        let lasts = lines.iter().filter_map(|l| self.lines[*l as usize].last().copied());
        let lasts: Vec<u32> = lasts.collect();
        let top = lasts.iter().map(|n| self.seqs[*n as usize]).max()?;
        Some((top, lasts.into_iter().filter(|n| self.seqs[*n as usize] == top).collect()))
    }

    /// Appends an op that has seen `preds` and what they have; answers its node.
    pub fn push(&mut self, log: LogId, seq: u64, preds: &[u32]) -> u32 {
        let node = self.at.len() as u32;
        let mut row = Row::new();
        for pred in preds {
            join(&mut row, self.row(*pred));
            let (line, index) = self.at[*pred as usize];
            raise(&mut row, line, index + 1);
        }
        let lines = self.of_log.entry(log).or_default();
        let fits = |l: &&u32| {
            let last = self.lines[**l as usize].last();
            last.is_none_or(|n| self.seqs[*n as usize] < seq)
        };
        let line = match lines.iter().find(fits) {
            Some(line) => *line,
            None => {
                lines.push(self.lines.len() as u32);
                self.lines.push(Vec::new());
                self.lines.len() as u32 - 1
            }
        };
        let index = self.lines[line as usize].len() as u32;
        self.lines[line as usize].push(node);
        self.at.push((line, index));
        self.rows.push(row);
        self.seqs.push(seq);
        node
    }

    /// The ops of a closed set that no other op of it has seen.
    pub fn maximal(&self, row: &Row) -> Vec<u32> {
        let last = |(line, position): (usize, &u32)| {
            let index = position.checked_sub(1)?;
            self.lines.get(line)?.get(index as usize).copied()
        };
        self.unseen(row.iter().enumerate().filter_map(last).collect())
    }

    /// Those that no other of them has seen.
    pub fn unseen(&self, nodes: Vec<u32>) -> Vec<u32> {
        if nodes.len() < 2 {
            return nodes;
        }
        let newest = nodes.iter().copied().max().unwrap_or(0);
        if nodes.iter().all(|n| *n == newest || self.seen(newest, *n)) {
            return vec![newest];
        }
        let unseen = |n: &&u32| !nodes.iter().any(|other| self.seen(*other, **n));
        nodes.iter().filter(unseen).copied().collect()
    }

    /// What all of these have seen.
    pub fn common(&self, nodes: impl IntoIterator<Item = u32>) -> Row {
        let mut nodes = nodes.into_iter();
        let Some(first) = nodes.next() else { return Row::new() };
        let mut row = self.row(first).clone();
        for node in nodes {
            let other = self.row(node);
            row.truncate(other.len());
            for (mine, theirs) in row.iter_mut().zip(other) {
                *mine = (*mine).min(*theirs);
            }
        }
        row
    }
}

fn at(row: &Row, line: u32) -> u32 {
    row.get(line as usize).copied().unwrap_or(0)
}

fn raise(row: &mut Row, line: u32, position: u32) {
    let line = line as usize;
    if row.len() <= line {
        row.resize(line + 1, 0);
    }
    row[line] = row[line].max(position);
}

fn join(row: &mut Row, other: &Row) {
    if row.is_empty() {
        row.clone_from(other);
        return;
    }
    if row.len() < other.len() {
        row.resize(other.len(), 0);
    }
    for (mine, theirs) in row.iter_mut().zip(other) {
        *mine = (*mine).max(*theirs);
    }
}
