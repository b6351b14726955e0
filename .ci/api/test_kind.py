"""The kind of a change, and what follows from it."""

import contextlib
import io
import pathlib
import tempfile
import unittest

import kind

OLD = """\
#[non_exhaustive] pub struct dataarts_security::types::Task
pub dataarts_security::types::Task::id: core::option::Option<alloc::string::String>
pub fn dataarts_security::Client::list(&self) -> u8
impl core::fmt::Debug for dataarts_security::Client
"""
FIELD = "pub dataarts_security::types::Task::name: core::option::Option<alloc::string::String>\n"


def run(old, new, *arguments):
    with tempfile.TemporaryDirectory() as folder:
        paths = [pathlib.Path(folder, name) for name in ("old", "new")]
        for path, text in zip(paths, (old, new)):
            path.write_text(text)
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            code = kind.main([*map(str, paths), *arguments])
        return code, printed.getvalue()


class Kind(unittest.TestCase):
    def test_the_same_items_in_another_order_are_no_change(self):
        other = "\n".join(reversed(OLD.splitlines()))
        self.assertEqual(run(OLD, other), (0, "The public API is as it was.\n"))

    def test_a_new_item_is_an_addition(self):
        code, printed = run(OLD, OLD + FIELD, "--version", "0.3.1")
        self.assertEqual(code, 1)
        self.assertIn("an addition: after 0.3.1 comes 0.3.2.", printed)
        self.assertIn("### Added\n\n- `types::Task::name`", printed)
        self.assertNotIn("### Removed", printed)

    def test_an_item_that_is_gone_breaks(self):
        code, printed = run(OLD + FIELD, OLD, "--version", "0.3.1")
        self.assertEqual(code, 1)
        self.assertIn("breaking: after 0.3.1 comes 0.4.0.", printed)
        self.assertIn("### Removed\n\n- `types::Task::name`", printed)

    def test_an_item_of_another_type_breaks_and_is_changed(self):
        _, printed = run(OLD, OLD.replace("u8", "u16"), "--version", "0.3.1")
        self.assertIn("breaking", printed)
        self.assertIn("### Changed\n\n- `Client::list`", printed)
        self.assertNotIn("### Added", printed)

    def test_a_trait_that_is_no_longer_implemented_breaks_and_is_told(self):
        _, printed = run(OLD, OLD.replace("impl core::fmt::Debug for dataarts_security::Client\n", ""))
        self.assertIn("breaking", printed)
        self.assertIn("- `impl core::fmt::Debug for dataarts_security::Client`", printed)

    def test_what_everybody_has_to_have_breaks_when_it_grows(self):
        open_to_growth = (
            "#[non_exhaustive] pub enum dataarts_security::Kind\n#[non_exhaustive] pub struct dataarts_security::Facts\n"
        )
        closed = "pub enum dataarts_security::Place\npub struct dataarts_security::Pair\npub trait dataarts_security::Clock\n"
        for item, expected in [
            ("pub dataarts_security::Kind::New", "an addition"),
            ("pub dataarts_security::Facts::new: u8", "an addition"),
            ("pub dataarts_security::Place::New", "breaking"),
            ("pub dataarts_security::Pair::new: u8", "breaking"),
            ("pub fn dataarts_security::Clock::new(&self)", "breaking"),
            ("pub type dataarts_security::Clock::New", "breaking"),
            ("pub fn dataarts_security::Pair::new(&self)", "an addition"),
            ("impl core::fmt::Debug for dataarts_security::Pair", "an addition"),
        ]:
            old = OLD + open_to_growth + closed
            self.assertIn(f"The change is {expected}:", run(old, f"{old}{item}\n")[1], item)

    def test_from_1_0_on_what_breaks_raises_the_major_number(self):
        self.assertEqual(kind.next_version("1.2.3", "breaking"), "2.0.0")
        self.assertEqual(kind.next_version("1.2.3", "addition"), "1.3.0")
        self.assertEqual(kind.next_version("1.2.3", "none"), "1.2.3")

    def test_a_version_that_is_none_is_refused(self):
        with self.assertRaises(SystemExit) as end, contextlib.redirect_stderr(io.StringIO()) as said:
            run(OLD, OLD, "--version", "next")
        self.assertEqual(end.exception.code, 2)
        self.assertIn("next is no version of the form X.Y.Z", said.getvalue())


if __name__ == "__main__":
    unittest.main()
