//! YAML mappings in the order they are written, and grlc's two ways to write one.

use std::fmt;
use std::marker::PhantomData;

use serde::de::{DeserializeOwned, Error, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_saphyr::Spanned;

/// Entries of a mapping, in order, with the place of each key.
pub(super) struct Ordered<V>(pub Vec<(Spanned<String>, V)>);

/// The same, which may also be a list of one-entry mappings or, without values, of names.
pub(super) struct Listed<V>(pub Vec<(Spanned<String>, Option<V>)>);

impl<V> Default for Ordered<V> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<V> Default for Listed<V> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<'de, V: DeserializeOwned> Deserialize<'de> for Ordered<V> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(OrderedVisitor(PhantomData))
    }
}

struct OrderedVisitor<V>(PhantomData<V>);

impl<'de, V: DeserializeOwned> Visitor<'de> for OrderedVisitor<V> {
    type Value = Ordered<V>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a mapping from names, as {name: …}")
    }

    fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<Ordered<V>, M::Error> {
        let mut entries = Vec::new();
        while let Some(entry) = map.next_entry()? {
            entries.push(entry);
        }
        Ok(Ordered(entries))
    }
}

impl<'de, V: DeserializeOwned> Deserialize<'de> for Listed<V> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ListedVisitor(PhantomData))
    }
}

struct ListedVisitor<V>(PhantomData<V>);

impl<'de, V: DeserializeOwned> Visitor<'de> for ListedVisitor<V> {
    type Value = Listed<V>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list, as [name: value], or a mapping, as {name: value}")
    }

    fn visit_map<M: MapAccess<'de>>(self, map: M) -> Result<Listed<V>, M::Error> {
        let Ordered(entries) = OrderedVisitor(PhantomData).visit_map(map)?;
        Ok(Listed(
            entries
                .into_iter()
                .map(|(key, value)| (key, Some(value)))
                .collect(),
        ))
    }

    fn visit_seq<S: SeqAccess<'de>>(self, mut list: S) -> Result<Listed<V>, S::Error> {
        let mut entries = Vec::new();
        while let Some(Spanned {
            value: Item(item),
            referenced,
            defined,
        }) = list.next_element()?
        {
            entries.extend(item.into_iter().map(|(key, value)| {
                (
                    Spanned {
                        value: key,
                        referenced,
                        defined,
                    },
                    value,
                )
            }));
        }
        Ok(Listed(entries))
    }
}

/// One element of a list: a mapping or a name.
struct Item<V>(Vec<(String, Option<V>)>);

impl<'de, V: DeserializeOwned> Deserialize<'de> for Item<V> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ItemVisitor(PhantomData))
    }
}

struct ItemVisitor<V>(PhantomData<V>);

impl<'de, V: DeserializeOwned> Visitor<'de> for ItemVisitor<V> {
    type Value = Item<V>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a name, or a name and its value")
    }

    fn visit_str<E: Error>(self, name: &str) -> Result<Item<V>, E> {
        Ok(Item(vec![(name.to_owned(), None)]))
    }

    fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<Item<V>, M::Error> {
        let mut entries = Vec::new();
        while let Some((name, value)) = map.next_entry()? {
            entries.push((name, Some(value)));
        }
        Ok(Item(entries))
    }
}
