//! The ways to divide a number of patients among groups.

/// Every way to take `fewer` patients off some counts.
pub(super) fn less(counts: &[u64], fewer: u64) -> Vec<Vec<u64>> {
    let Some((first, rest)) = counts.split_first() else {
        return if fewer == 0 {
            vec![Vec::new()]
        } else {
            Vec::new()
        };
    };
    let mut all = Vec::new();
    for here in 0..=fewer.min(*first) {
        for mut others in less(rest, fewer - here) {
            others.insert(0, first - here);
            all.push(others);
        }
    }
    all
}

/// Every way to divide each block's total among its categories.
pub(super) fn splits(blocks: &[(usize, u64)], totals: &[u64]) -> Vec<Vec<u64>> {
    let mut all: Vec<Vec<u64>> = vec![Vec::new()];
    for ((many, _), total) in blocks.iter().zip(totals) {
        let ways = divided(*total, *many);
        all = all
            .iter()
            .flat_map(|before| {
                ways.iter()
                    .map(move |way| before.iter().chain(way).copied().collect())
            })
            .collect();
    }
    all
}

fn divided(total: u64, among: usize) -> Vec<Vec<u64>> {
    if among <= 1 {
        return vec![vec![total; among]];
    }
    let mut all = Vec::new();
    for first in 0..=total {
        for mut others in divided(total - first, among - 1) {
            others.insert(0, first);
            all.push(others);
        }
    }
    all
}
