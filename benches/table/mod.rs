//! The table of docs/development/growth.md.
//!
//! In: rows, each as soon as it is measured, and the names in the order they are to stand in. Out: the page with those rows in
//! place of earlier ones. A run that is interrupted keeps what it has measured.

use std::fs;
use std::path::PathBuf;

/// A page with one table.
pub struct Table {
    path: PathBuf,
    /// The page up to the first row, and from the last one on.
    around: [String; 2],
    rows: Vec<String>,
}

impl Table {
    /// Reads the page.
    pub fn of(path: PathBuf) -> Self {
        let text = fs::read_to_string(&path).expect("the page can be read");
        let (head, rest) = text.split_once("\n|---").expect("the page has a table");
        let (rule, rest) = rest.split_once('\n').unwrap_or((rest, ""));
        let length = rest.split_inclusive('\n').take_while(|line| line.starts_with('|')).map(str::len).sum();
        let (rows, foot) = rest.split_at(length);
        let rows = rows.lines().map(str::to_owned).collect();
        Self { path, around: [format!("{head}\n|---{rule}\n"), foot.to_owned()], rows }
    }

    /// Whether the table has a row of that name.
    pub fn has(&self, name: &str) -> bool {
        self.rows.iter().any(|row| name_of(row) == name)
    }

    /// Writes the page with this row. Rows stand in the order of `names`; any other is left out.
    pub fn put(&mut self, row: String, names: &[&str]) {
        self.rows.retain(|old| name_of(old) != name_of(&row));
        self.rows.push(row);
        let place = |row: &String| names.iter().position(|name| *name == name_of(row));
        self.rows.retain(|row| place(row).is_some());
        self.rows.sort_by_key(place);
        let [head, foot] = &self.around;
        fs::write(&self.path, format!("{head}{}\n{foot}", self.rows.join("\n"))).expect("the page can be written");
    }
}

/// What the first cell of a row holds.
fn name_of(row: &str) -> &str {
    row.trim_start_matches('|').split(" | ").next().unwrap_or_default().trim()
}
