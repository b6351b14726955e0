//! Texts of the document as rustdoc shows them.

/// Markdown that rustdoc shows as the author meant it: no links, tags or code that the author did not write.
pub(crate) fn escape(text: &str) -> String {
    let mut fence: Option<&str> = None;
    let mut lines = Vec::new();
    for line in text.trim().lines() {
        let line = line.trim_end();
        let content = line.trim_start();
        let mark = ["```", "~~~"].into_iter().find(|mark| content.starts_with(mark));
        match (fence, mark) {
            (Some(open), Some(mark)) if open == mark => {
                fence = None;
                lines.push("```".to_owned());
            }
            (Some(_), _) => lines.push(line.to_owned()),
            (None, Some(mark)) => {
                fence = Some(mark);
                lines.push("```text".to_owned());
            }
            (None, None) => {
                // Four spaces would start a code block, which rustdoc would compile.
                let indent = (line.len() - content.len()).min(3);
                lines.push(format!("{}{}", " ".repeat(indent), escape_line(content)));
            }
        }
    }
    if fence.is_some() {
        lines.push("```".to_owned());
    }
    lines.join("\n")
}

/// One line, with what would be a tag or a link escaped, and addresses marked as such; code between backticks stays.
fn escape_line(line: &str) -> String {
    let parts: Vec<String> = line
        .split('`')
        .enumerate()
        .map(|(index, part)| if index % 2 == 1 { part.to_owned() } else { escape_text(part) })
        .collect();
    parts.join("`")
}

fn escape_text(text: &str) -> String {
    let mut escaped = String::new();
    let mut rest = text;
    while !rest.is_empty() {
        if rest.starts_with("http://") || rest.starts_with("https://") {
            let address = |character: char| character.is_ascii_graphic() && !"<>()[]\"'*,;`".contains(character);
            let end = rest.find(|character| !address(character)).unwrap_or(rest.len());
            let (url, behind) = rest.split_at(end);
            let bare = url.trim_end_matches(['.', ':', '!', '?', '_']);
            escaped.push_str(&format!("<{bare}>{}", &url[bare.len()..]));
            rest = behind;
            continue;
        }
        let mut characters = rest.chars();
        if let Some(character) = characters.next() {
            if matches!(character, '<' | '>' | '[' | ']') {
                escaped.push('\\');
            }
            escaped.push(character);
        }
        rest = characters.as_str();
    }
    escaped
}
