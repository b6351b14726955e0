//! What a directory request asks for.

use dataarts_security::types::{DataConnection, DataConnectionType};

use super::records;
use crate::listing::{number, one_of};
use crate::page_shape::PageShape;
use crate::refusal::Refusal;
use crate::wire_query;

/// Documented for instances and workspaces; for data connections nothing is.
const DEFAULT_LIMIT: usize = 20;
const MAXIMUM_LIMIT: usize = 100;
const MAXIMUM_OFFSET: usize = 99_999;

/// Which part of a list is asked for.
#[derive(Debug, PartialEq)]
pub(crate) struct PageQuery {
    pub(super) limit: usize,
    offset: usize,
    shape: PageShape,
}

/// The query of a request for data connections.
#[derive(Debug, PartialEq)]
pub(crate) struct ConnectionQuery {
    pub(crate) filter: ConnectionFilter,
    pub(crate) page: PageQuery,
}

/// What a data connection must have to be listed.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct ConnectionFilter {
    name: Option<String>,
    kind: Option<DataConnectionType>,
    ip: Option<String>,
}

impl PageQuery {
    /// Of instances and workspaces, where both are numbers.
    pub(crate) fn parse(query: &str, shape: PageShape) -> Result<Self, Refusal> {
        let limit = number(query, "limit", MAXIMUM_LIMIT)?.unwrap_or(DEFAULT_LIMIT);
        Ok(Self { limit, offset: number(query, "offset", MAXIMUM_OFFSET)?.unwrap_or(0), shape })
    }

    /// The part of `list` that is on the page.
    pub(super) fn cut<'a, T>(&self, list: &'a [T]) -> &'a [T] {
        let size = if self.shape.in_pages { self.limit } else { 1 };
        let offset = self.offset.saturating_mul(size);
        let start = self.shape.offset(offset, list.len()).min(list.len());
        let end = start.saturating_add(self.shape.limit(self.limit)).min(list.len());
        list.get(start..end).unwrap_or_default()
    }
}

impl ConnectionQuery {
    /// Of data connections, where limit and offset are texts of digits, and a limit is 1 or more.
    pub(crate) fn parse(query: &str, shape: PageShape) -> Result<Self, Refusal> {
        let limit = wire_query::value(query, "limit");
        if limit.is_some_and(|limit| limit.starts_with('0')) {
            return Err(Refusal::invalid_parameter("limit", "must be a text of 1 to 100"));
        }
        if wire_query::value(query, "offset").is_some_and(|offset| offset.len() > 5) {
            return Err(Refusal::invalid_parameter("offset", "must be a text of one to five digits"));
        }
        let filter = ConnectionFilter {
            name: wire_query::value(query, "name"),
            kind: one_of(query, "type", DataConnectionType::VALUES)?,
            ip: wire_query::value(query, "ip"),
        };
        Ok(Self { filter, page: PageQuery::parse(query, shape)? })
    }
}

impl ConnectionFilter {
    /// Whether a connection passes: a part of its name, its type, and its whole address.
    pub(super) fn matches(&self, connection: &DataConnection) -> bool {
        let name = connection.dw_name.as_deref().unwrap_or_default();
        let id = connection.dw_id.as_deref().unwrap_or_default();
        self.name.as_ref().is_none_or(|part| name.contains(part.as_str()))
            && self.kind.as_ref().is_none_or(|kind| connection.dw_type.as_ref() == Some(kind))
            && self.ip.as_ref().is_none_or(|ip| ip.is_empty() || *ip == records::address(id))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(query: &str) -> Result<PageQuery, Refusal> {
        PageQuery::parse(query, PageShape::default())
    }

    #[test]
    fn a_page_holds_twenty_unless_told_otherwise() {
        let list: Vec<usize> = (0..50).collect();
        assert_eq!(page("").unwrap().cut(&list), (0..20).collect::<Vec<_>>());
        assert_eq!(page("limit=3&offset=48").unwrap().cut(&list), [48, 49]);
        for query in ["limit=0", "offset=50", "offset=99999"] {
            assert!(page(query).unwrap().cut(&list).is_empty(), "{query}");
        }
    }

    #[test]
    fn a_page_may_be_bent() {
        let list: Vec<usize> = (0..5).collect();
        let shape = PageShape { repeat_first: true, cap: Some(2), ..PageShape::default() };
        assert_eq!(PageQuery::parse("offset=5", shape).unwrap().cut(&list), [0, 1]);
        let shape = PageShape { in_pages: true, ..PageShape::default() };
        assert_eq!(PageQuery::parse("offset=1&limit=2", shape).unwrap().cut(&list), [2, 3]);
    }

    #[test]
    fn what_is_out_of_bounds_or_unknown_is_refused_by_name() {
        for (name, value) in [("limit", "101"), ("limit", ""), ("offset", "100000"), ("offset", "-1")] {
            assert!(page(&format!("{name}={value}")).is_err(), "{name}={value}");
        }
        for (name, value) in
            [("limit", "0"), ("limit", "01"), ("limit", "x"), ("offset", "000001"), ("offset", ""), ("type", "dws")]
        {
            let refusal = ConnectionQuery::parse(&format!("{name}={value}"), PageShape::default()).unwrap_err();
            let Refusal::Service { message, .. } = refusal else { panic!("{refusal:?}") };
            assert!(message.contains(name), "{message}");
        }
        for query in ["limit=100&offset=00099", "type=RANGER", "name=&ip="] {
            assert!(ConnectionQuery::parse(query, PageShape::default()).is_ok(), "{query}");
        }
    }

    #[test]
    fn filters_are_combined() {
        let mut connection = DataConnection::default();
        connection.dw_id = Some("1".to_owned());
        connection.dw_name = Some("conn_sales".to_owned());
        connection.dw_type = Some(DataConnectionType::Dws);
        let address = records::address("1");
        let matches =
            |query: &str| ConnectionQuery::parse(query, PageShape::default()).unwrap().filter.matches(&connection);
        assert!(matches("") && matches(&format!("name=sales&type=DWS&ip={address}")) && matches("ip="));
        for query in ["name=crm", "type=HIVE&name=sales", "ip=10.0.0"] {
            assert!(!matches(query), "{query}");
        }
    }
}
