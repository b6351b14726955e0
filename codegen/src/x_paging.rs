//! The extension `x-paging` of an operation, read and held to what else the document says.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use crate::diagnostic::Diagnostic;
use crate::openapi::{self, resolve};
use crate::parameter::Parameter;

const KEYS: [&str; 8] = ["limit", "offset", "offset_unit", "items", "total", "id", "key", "order"];

/// The paging facts of one operation, checked against its parameters and its answer.
pub(crate) struct Paging {
    pub(crate) limit: String,
    pub(crate) offset: String,
    /// The document does not say whether the offset counts items or pages.
    pub(crate) may_count_pages: bool,
    pub(crate) items: String,
    pub(crate) total: Option<String>,
    pub(crate) id: Option<String>,
    pub(crate) key: Option<String>,
    pub(crate) order: BTreeMap<String, Value>,
    pub(crate) largest_page: i64,
    pub(crate) largest_offset: i64,
}

impl Paging {
    /// Reads the extension at `place`, and refuses a name that nothing else in the document has.
    pub(crate) fn read(
        root: &Value,
        extension: &Value,
        parameters: &[Parameter],
        answer: Option<&Value>,
        place: &str,
    ) -> Result<Self, Diagnostic> {
        let map = extension.as_object().ok_or_else(|| Diagnostic::new(place, "must be a mapping"))?;
        let reader = Reader { root, map, parameters, place };
        if let Some(unknown) = map.keys().find(|key| !KEYS.contains(&key.as_str())) {
            return Err(reader.diagnostic(unknown, format!("is not one of {}", KEYS.join(", "))));
        }
        let answer = answer.ok_or_else(|| Diagnostic::new(place, "needs a JSON answer with a 2xx status"))?;
        let (limit, offset, items) = (reader.required("limit")?, reader.required("offset")?, reader.required("items")?);
        let list = reader.property("items", answer, &items)?;
        let item = list.get("items").filter(|_| list.get("type").is_some_and(|kind| kind == "array"));
        let item = item.ok_or_else(|| reader.diagnostic("items", format!("names {items}, which is no array")))?;
        let item = resolve(root, item);
        let (total, id) = (reader.optional("total")?, reader.optional("id")?);
        if let Some(total) = &total {
            reader.typed_property("total", answer, total, "integer")?;
        }
        if let Some(id) = &id {
            reader.typed_property("id", item, id, "string")?;
        }
        let key = reader.optional("key")?;
        if let Some(key) = &key {
            reader.key("key", item, key)?;
        }
        for (key, name) in [("limit", &limit), ("offset", &offset)] {
            if reader.query(key, name)?.required {
                return Err(reader.diagnostic(key, format!("names {name}, which must not be required")));
            }
        }
        let largest = |parameter: &Parameter| parameter.schema.get("maximum").and_then(Value::as_i64);
        let largest_page = largest(reader.query("limit", &limit)?).unwrap_or(100);
        let largest_offset = largest(reader.query("offset", &offset)?).unwrap_or(i64::from(i32::MAX));
        let may_count_pages = match reader.optional("offset_unit")?.as_deref() {
            None | Some("items") => false,
            Some("unknown") => true,
            Some(_) => return Err(reader.diagnostic("offset_unit", "is neither items nor unknown")),
        };
        let order = reader.order()?;
        if may_count_pages && !order.is_empty() {
            return Err(reader.diagnostic("offset_unit", "is unknown, which no list in a fixed order can be"));
        }
        if order.is_empty() && key.is_some() {
            return Err(reader.diagnostic("key", "needs an order that is by this field"));
        }
        if key.is_none() && !order.is_empty() {
            return Err(reader.diagnostic("order", "needs a key, the field that it is by"));
        }
        Ok(Self { limit, offset, may_count_pages, items, total, id, key, order, largest_page, largest_offset })
    }
}

/// The extension, with what its words must agree with.
struct Reader<'a> {
    root: &'a Value,
    map: &'a Map<String, Value>,
    parameters: &'a [Parameter],
    place: &'a str,
}

impl<'a> Reader<'a> {
    fn diagnostic(&self, key: &str, reason: impl Into<String>) -> Diagnostic {
        Diagnostic::new(format!("{}.{key}", self.place), reason)
    }

    fn optional(&self, key: &str) -> Result<Option<String>, Diagnostic> {
        match self.map.get(key) {
            None => Ok(None),
            Some(Value::String(name)) => Ok(Some(name.clone())),
            Some(_) => Err(self.diagnostic(key, "must be a text")),
        }
    }

    fn required(&self, key: &str) -> Result<String, Diagnostic> {
        self.optional(key)?.ok_or_else(|| self.diagnostic(key, "is missing"))
    }

    fn query(&self, key: &str, name: &str) -> Result<&'a Parameter, Diagnostic> {
        let found = self.parameters.iter().find(|parameter| parameter.name == name && parameter.location == "query");
        found.ok_or_else(|| self.diagnostic(key, format!("names {name}, which is no query parameter of the operation")))
    }

    fn property(&self, key: &str, schema: &'a Value, name: &str) -> Result<&'a Value, Diagnostic> {
        let found = openapi::property(self.root, schema, name);
        let of = if matches!(key, "items" | "total") { "answer" } else { "items" };
        let found =
            found.ok_or_else(|| self.diagnostic(key, format!("names {name}, which is no property of the {of}")))?;
        Ok(resolve(self.root, found))
    }

    fn typed_property(&self, key: &str, schema: &'a Value, name: &str, kind: &str) -> Result<(), Diagnostic> {
        let found = self.property(key, schema, name)?;
        if found.get("type").is_none_or(|found| found != kind) || found.get("enum").is_some() {
            return Err(self.diagnostic(key, format!("names {name}, which is no plain {kind}")));
        }
        Ok(())
    }

    /// A property of the items by which they are sorted: whole numbers and times, or plain texts.
    fn key(&self, key: &str, item: &'a Value, name: &str) -> Result<(), Diagnostic> {
        let property = self.property(key, item, name)?;
        let is_plain = property.get("enum").is_none() && property.get("format").is_none();
        match property.get("type").and_then(Value::as_str) {
            Some("integer") => Ok(()),
            Some("string") if is_plain => Ok(()),
            _ => Err(self.diagnostic(key, format!("names {name}, which is no whole number and no plain text"))),
        }
    }

    fn order(&self) -> Result<BTreeMap<String, Value>, Diagnostic> {
        let entries = match self.map.get("order") {
            None => return Ok(BTreeMap::new()),
            Some(Value::Object(entries)) => entries,
            Some(_) => return Err(self.diagnostic("order", "must be a mapping of query parameters to values")),
        };
        for (name, value) in entries {
            let key = format!("order.{name}");
            let parameter = self.query(&key, name)?;
            let allowed = parameter.schema.get("enum").and_then(Value::as_array);
            let fits = match value {
                Value::String(_) => {
                    parameter.schema.get("type").is_some_and(|kind| kind == "string")
                        && allowed.is_none_or(|allowed| allowed.contains(value))
                }
                Value::Bool(_) => parameter.schema.get("type").is_some_and(|kind| kind == "boolean"),
                _ => false,
            };
            if !fits {
                return Err(self.diagnostic(&key, format!("is {value}, which the parameter {name} does not allow")));
            }
        }
        Ok(entries.iter().map(|(name, value)| (name.clone(), value.clone())).collect())
    }
}
