"""What counts as a circle of files, and what does not."""

import contextlib
import io
import pathlib
import tempfile
import unittest

import circles


def found(**files):
    """The circles of a package whose `src/` holds `files`, by the names of the files; `a__b` stands for a/b.rs."""
    with tempfile.TemporaryDirectory() as folder:
        source = pathlib.Path(folder, "src")
        for name, text in files.items():
            path = source / (name.replace("__", "/") + ".rs")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        components = circles.circles(circles.graph(folder))
        return [[str(file.relative_to(source).with_suffix("")) for file in circle] for circle in components]


class Circles(unittest.TestCase):
    def test_files_that_need_one_after_another_are_none(self):
        files = {"a": "pub struct A;", "b": "use crate::a::A; pub struct B(A);"}
        self.assertEqual(found(lib="mod a; mod b; pub use b::B;", **files), [])

    def test_two_files_that_use_each_other_are_one(self):
        self.assertEqual(found(lib="mod a; mod b;", a="use crate::b::B;", b="use super::a::A;"), [["a", "b"]])

    def test_a_circle_may_go_through_a_third_file(self):
        files = {"a": "use crate::{b::B};", "b": "use crate::c;", "c": "fn c() -> crate::a::A {}"}
        self.assertEqual(found(lib="mod a; mod b; mod c;", **files), [["a", "b", "c"]])

    def test_a_path_in_an_expression_counts(self):
        files = {"a": "fn a() { crate::b::b() }", "b": "fn b() { super::a::a(); }"}
        self.assertEqual(found(lib="mod a; mod b;", **files), [["a", "b"]])

    def test_a_parent_that_only_declares_its_child_does_not_need_it(self):
        self.assertEqual(found(lib="pub mod a; pub struct X;", a="use super::X;"), [])

    def test_a_parent_that_uses_a_child_that_uses_the_parent_is_one(self):
        for use in ("fn x() { a::a(); }", "pub use a::A;", "use self::a::A;", "pub use crate::a::{A, B};"):
            self.assertEqual(found(lib=f"mod a; pub struct X; {use}", a="use super::X;"), [["a", "lib"]], use)

    def test_a_reexport_belongs_to_the_file_that_the_path_names(self):
        lib = "mod a; mod b; pub use a::A;"
        self.assertEqual(found(lib=lib, a="pub struct A;", b="use crate::A;"), [])
        self.assertEqual(found(lib=lib + " fn b() { b::b() }", a="pub struct A;", b="use crate::A;"), [["b", "lib"]])
        self.assertEqual(found(lib=lib + " fn b() { b::b() }", a="pub struct A;", b="use crate::a::A;"), [])

    def test_a_sibling_is_not_its_parent(self):
        files = {"a": "mod b; mod c; use b::B;", "a__b": "use super::c::C;", "a__c": ""}
        self.assertEqual(found(lib="mod a; use a::A;", **files), [])

    def test_an_inline_module_is_part_of_its_file(self):
        files = {"a": "mod i { use super::super::b::B; }", "b": "use crate::a::i::X;"}
        self.assertEqual(found(lib="mod a; mod b;", **files), [["a", "b"]])
        self.assertEqual(found(lib="mod a;", a="struct X; mod i { use super::X; use super::*; }"), [])

    def test_tests_are_left_out(self):
        b = "#[cfg(test)]\nmod tests {\n use crate::a::A;\n}\n#[cfg(test)]\nuse crate::a::{self, A};\npub struct B;"
        self.assertEqual(found(lib="mod a; mod b;", a="use crate::b::B;", b=b), [])
        self.assertEqual(found(lib="mod b; pub struct X; use b::B;", b="mod tests;", b__tests="use crate::X;"), [])

    def test_what_is_not_for_tests_stays(self):
        b = "#[cfg(test)]\nuse crate::c;\n#[cfg(not(test))]\nuse crate::a::A;"
        self.assertEqual(found(lib="mod a; mod b;", a="use crate::b::B;", b=b), [["a", "b"]])

    def test_comments_strings_and_quoted_code_are_left_out(self):
        for b in ('// crate::a::A', '/* crate::a::A */', 'const S: &str = "crate::a::A";',
                  'const S: &str = r#"" crate::a::A"#;', 'fn b() { quote! { crate::a::A } }',
                  "fn b<'a>() -> (&'a str, char) { ('\\'', '\"', /* crate::a::A */) }"):
            self.assertEqual(found(lib="mod a; mod b;", a="use crate::b::B;", b=b), [], b)

    def test_the_exit_code_says_whether_there_is_one(self):
        with tempfile.TemporaryDirectory() as folder, contextlib.redirect_stdout(io.StringIO()) as printed:
            source = pathlib.Path(folder, "src")
            source.mkdir()
            (source / "lib.rs").write_text("mod a; pub struct X; use a::A;")
            (source / "a.rs").write_text("use crate::X;")
            self.assertEqual(circles.main([folder]), 1)
            self.assertEqual(circles.main(["--list", folder]), 0)
            (source / "a.rs").write_text("")
            self.assertEqual(circles.main([folder]), 0)
        self.assertIn("a.rs -> ", printed.getvalue())
        self.assertIn("(crate::X)", printed.getvalue())


if __name__ == "__main__":
    unittest.main()
