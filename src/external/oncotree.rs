//! `OncoTree` as JSON: the tree of a release, nodes below `children`, and the flat list of its service.
//!
//! <https://oncotree.mskcc.org>. A node is a tumor type. Its main type is the namespace of the term, and its code is one
//! more exact name, for that is how people write it.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Read};
use std::path::Path;

use serde::{Deserialize, Deserializer};

use super::input::Input;
use super::json;
use super::record::{Header, Record, Scope, Synonym, Term};
use super::trouble::Troubles;

/// A tumor type, as both forms have it.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Node {
    #[serde(deserialize_with = "or_nothing")]
    code: String,
    #[serde(deserialize_with = "or_nothing")]
    name: String,
    main_type: Option<String>,
    parent: Option<String>,
    #[serde(deserialize_with = "or_nothing")]
    external_references: BTreeMap<String, Option<Vec<String>>>,
    /// Codes that this one had before.
    #[serde(deserialize_with = "or_nothing")]
    history: Vec<String>,
    /// Codes of types that became part of this one.
    #[serde(deserialize_with = "or_nothing")]
    precursors: Vec<String>,
    /// Codes that meant what this one and others mean now.
    #[serde(deserialize_with = "or_nothing")]
    revocations: Vec<String>,
    #[serde(deserialize_with = "or_nothing")]
    children: BTreeMap<String, Node>,
}

/// The list as the first version of the service gave it.
#[derive(Debug, Deserialize)]
struct Data {
    data: Vec<Node>,
}

/// A value, or nothing where `null` stands.
fn or_nothing<'de, D: Deserializer<'de>, T: Default + Deserialize<'de>>(
    from: D,
) -> Result<T, D::Error> {
    Option::deserialize(from).map(Option::unwrap_or_default)
}

/// The tumor types of a file: a list, or a tree by code.
fn nodes(text: &[u8]) -> serde_json::Result<Vec<Node>> {
    if text.trim_ascii_start().starts_with(b"[") {
        return serde_json::from_slice(text);
    }
    let tree: serde_json::Result<BTreeMap<String, Node>> = serde_json::from_slice(text);
    let of_tree = |tree: BTreeMap<String, Node>| tree.into_values().collect();
    match serde_json::from_slice::<Data>(text) {
        Ok(list) => Ok(list.data),
        Err(_) => tree.map(of_tree),
    }
}

/// Whether JSON begins as `OncoTree` does: an object of tumor types, or a list of them.
pub(super) fn begins(text: &str) -> bool {
    let outside = text.trim_start_matches(|c: char| c.is_whitespace() || "[{".contains(c));
    let fields = ["\"mainType\"", "\"externalReferences\""];
    outside.starts_with('"') && fields.iter().all(|field| text.contains(field))
}

/// Reads a file; each tumor type goes to `sink`.
pub(super) fn read(
    input: &mut Input,
    troubles: &mut Troubles,
    sink: &mut dyn FnMut(Record),
) -> io::Result<Header> {
    let path = input.path().to_owned();
    let header = Header {
        name: "oncotree".to_owned(),
        ..Header::default()
    };
    let mut text = Vec::new();
    json::Guard::new(input.bytes()).read_to_end(&mut text)?;
    let nodes = match nodes(text.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(&text)) {
        Ok(nodes) => nodes,
        Err(error) => {
            let line = u64::try_from(error.line()).unwrap_or(0);
            let what = format!("is neither a tree nor a list of tumor types: {error}");
            troubles.add(&path, line, "", what);
            return Ok(header);
        }
    };
    let mut all = Vec::new();
    flatten(nodes, None, &mut all);
    let codes: BTreeSet<String> = all.iter().map(|node| node.code.clone()).collect();
    let mut revoked: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for node in all {
        if let Some(term) = term(&path, &node, &codes, troubles) {
            for old in node.revocations {
                if !codes.contains(&old) {
                    revoked.entry(old).or_default().push(term.id.clone());
                }
            }
            sink(Record::Term(term));
        }
    }
    for (code, consider) in revoked {
        sink(Record::Term(Term {
            id: id(&code),
            obsolete: true,
            consider,
            ..Term::default()
        }));
    }
    Ok(header)
}

/// The nodes one by one, each with its parent.
fn flatten(nodes: Vec<Node>, parent: Option<&str>, all: &mut Vec<Node>) {
    for mut node in nodes {
        let below = std::mem::take(&mut node.children);
        if node.parent.is_none() {
            node.parent = parent.map(str::to_owned);
        }
        let code = node.code.clone();
        all.push(node);
        flatten(below.into_values().collect(), Some(&code), all);
    }
}

fn id(code: &str) -> String {
    format!("ONCOTREE:{code}")
}

fn term(
    path: &Path,
    node: &Node,
    codes: &BTreeSet<String>,
    troubles: &mut Troubles,
) -> Option<Term> {
    if node.code.is_empty() || node.name.is_empty() {
        let what = "is a tumor type without a code or a name";
        let context = format!("{}{}", node.code, node.name);
        troubles.add(path, 0, &context, what);
        return None;
    }
    // A code that means another type today is none of the old ones.
    let old = node.history.iter().chain(&node.precursors);
    let old = old.filter(|code| !codes.contains(*code));
    let elsewhere = node.external_references.iter().flat_map(|(whose, ids)| {
        let prefix = if whose == "NCI" { "NCIT" } else { whose };
        let ids = ids.iter().flatten();
        ids.map(move |id| format!("{prefix}:{id}"))
    });
    Some(Term {
        id: id(&node.code),
        name: node.name.clone(),
        namespace: node.main_type.clone().filter(|main| !main.is_empty()),
        synonyms: vec![Synonym {
            name: node.code.clone(),
            scope: Scope::Exact,
        }],
        alternative_ids: old.map(|code| id(code)).collect(),
        xrefs: elsewhere.collect(),
        parents: node.parent.iter().map(|parent| id(parent)).collect(),
        ..Term::default()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const TREE: &str = r#"{"TISSUE": {"code": "TISSUE", "color": null, "name": "Tissue", "mainType": null,
 "externalReferences": {}, "tissue": null, "parent": null, "level": 0, "history": [], "revocations": [], "precursors": [],
 "children": {"SOFT_TISSUE": {"code": "SOFT_TISSUE", "name": "Soft Tissue", "mainType": "Soft Tissue Cancer, NOS",
  "externalReferences": {}, "parent": "TISSUE", "children": {
   "IMT": {"code": "IMT", "name": "Inflammatory Myofibroblastic Tumor", "mainType": "Soft Tissue Sarcoma",
    "externalReferences": {"UMLS": ["C0334121"], "NCI": ["C6481"]}, "parent": "SOFT_TISSUE",
    "history": ["IMTOLD"], "revocations": ["GONE", "SOFT_TISSUE"], "precursors": ["PART"], "children": {}}}}}}}"#;

    const LIST: &str = r#"[{"code": "SOFT_TISSUE", "name": "Soft Tissue", "mainType": "Soft Tissue Cancer, NOS",
 "externalReferences": {}, "parent": "TISSUE", "children": {}},
{"code": "TISSUE", "name": "Tissue", "mainType": null, "externalReferences": {}, "parent": null, "children": {}},
{"code": "IMT", "name": "Inflammatory Myofibroblastic Tumor", "mainType": "Soft Tissue Sarcoma", "children": {},
 "externalReferences": {"UMLS": ["C0334121"], "NCI": ["C6481"]}, "parent": "SOFT_TISSUE",
 "history": ["IMTOLD"], "revocations": ["GONE", "SOFT_TISSUE"], "precursors": ["PART"]}]"#;

    fn terms(text: &str) -> (Vec<Term>, Troubles) {
        let mut input = Input::of(text.as_bytes());
        let (mut terms, mut troubles) = (Vec::new(), Troubles::default());
        let header = read(&mut input, &mut troubles, &mut |record| {
            if let Record::Term(term) = record {
                terms.push(term);
            }
        });
        assert_eq!(header.expect("reads").name, "oncotree");
        terms.sort_by(|a, b| a.id.cmp(&b.id));
        (terms, troubles)
    }

    #[test]
    fn the_tree_and_the_list_say_the_same() {
        let (tree, troubles) = terms(TREE);
        assert_eq!(troubles.count(), 0, "{troubles:?}");
        assert_eq!(tree, terms(LIST).0);
        assert_eq!(tree, terms(&format!("{{\"data\": {LIST}}}")).0);
        let ids: Vec<&str> = tree.iter().map(|term| &term.id[..]).collect();
        assert_eq!(
            ids,
            [
                "ONCOTREE:GONE",
                "ONCOTREE:IMT",
                "ONCOTREE:SOFT_TISSUE",
                "ONCOTREE:TISSUE"
            ]
        );
        assert!(tree[0].obsolete && tree[0].consider == ["ONCOTREE:IMT"]);
        assert_eq!(tree[1].namespace.as_deref(), Some("Soft Tissue Sarcoma"));
        assert_eq!(tree[1].xrefs, ["NCIT:C6481", "UMLS:C0334121"]);
        assert_eq!(
            tree[1].alternative_ids,
            ["ONCOTREE:IMTOLD", "ONCOTREE:PART"]
        );
        assert_eq!(tree[1].parents, ["ONCOTREE:SOFT_TISSUE"]);
    }

    #[test]
    fn what_is_no_tumor_type_is_told() {
        for (text, line) in [("{\n\"A\": 3}", 0), ("[{\"code\": \"\",\n", 2)] {
            let (found, troubles) = terms(text);
            assert!(found.is_empty() && troubles.count() == 1, "{text}");
            assert!(troubles.first()[0].line >= line.min(1), "{troubles:?}");
        }
        let (found, troubles) = terms(r#"[{"code": "X", "mainType": "Y"}]"#);
        assert!(found.is_empty() && troubles.count() == 1);
    }
}
