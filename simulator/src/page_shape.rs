//! How the page that is given differs from the page that was asked for.

/// What a page is bent to; by default it is as asked for.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(crate) struct PageShape {
    /// At most so many tasks.
    pub(crate) cap: Option<u32>,
    /// So many tasks more.
    pub(crate) extra: u32,
    /// Past the end, the first page again.
    pub(crate) repeat_first: bool,
    /// In lists of other things than tasks, an offset counts pages.
    pub(crate) in_pages: bool,
}

impl PageShape {
    /// How many tasks are given where so many were asked for.
    pub(crate) fn limit(&self, asked: usize) -> usize {
        let number = |number| usize::try_from(number).unwrap_or(usize::MAX);
        asked.min(self.cap.map_or(usize::MAX, number)).saturating_add(number(self.extra))
    }

    /// Where the page starts that was to start at `asked`.
    pub(crate) fn offset(&self, asked: usize, total: usize) -> usize {
        if self.repeat_first && asked >= total { 0 } else { asked }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_as_asked_for_unless_bent() {
        let shape = PageShape::default();
        assert_eq!((shape.limit(10), shape.offset(10, 10)), (10, 10));
    }

    #[test]
    fn a_cap_a_surplus_and_a_first_page_again() {
        assert_eq!(PageShape { cap: Some(3), ..PageShape::default() }.limit(10), 3);
        assert_eq!(PageShape { cap: Some(30), ..PageShape::default() }.limit(10), 10);
        assert_eq!(PageShape { extra: 5, ..PageShape::default() }.limit(10), 15);
        let shape = PageShape { repeat_first: true, ..PageShape::default() };
        assert_eq!((shape.offset(9, 10), shape.offset(10, 10)), (9, 0));
    }
}
