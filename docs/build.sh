#!/usr/bin/env bash
# Builds the site of the documentation into target/book/site: the pages of docs/, and one page a rule with its documentation and
# the examples that the rule is tested with. Needs mdBook, jq, and kubevet (the one that KUBEVET names, or a build).
#
# docs/build.sh [MDBOOK ARGUMENT...]
set -euo pipefail
cd "$(dirname "$0")/.."
kubevet=${KUBEVET:-target/release/kubevet}
src=target/book/src
[ -x "$kubevet" ] || cargo build --locked --release
rm -rf target/book
mkdir -p "$src/rules"
cp -r docs/. "$src"
rm "$src/build.sh" "$src/terminal.py"
sed -e 's#](docs/#](#g' CHANGELOG.md > "$src/changelog.md"
# The README is the first page; its links lead into docs/, where the book is.
sed -e 's#](docs/#](#g' -e 's#src="docs/#src="#g' -e 's#](CHANGELOG.md)#](changelog.md)#g' README.md > "$src/index.md"
sed -i -e 's#](\.\./\.\./CHANGELOG.md)#](../changelog.md)#g' -e 's#](\.\./CHANGELOG.md)#](changelog.md)#g' "$src"/*.md "$src"/development/*.md

# The index keeps the tables; each rule below a table becomes a page.
"$kubevet" rules --format markdown | awk -v folder="$src/rules" '
  /^### / { id = $2; file = folder "/" id ".md"; print "# " id > file; print id > (folder "/ids"); next }
  /^## / { if (file) close(file); file = "" }
  file { print > file; next }
  { print }
' | sed -E 's@\]\(#([a-z0-9-]+)\)@](rules/\1.md)@g' > "$src/rules.md"

# What a page says of its rule at a glance.
"$kubevet" rules --format json | jq -r '.[] | [.id, "*" + .category + ", " + .severity
  + (if .policy then ", in " + (if .profiles == [] then "every profile" else "the profiles " + (.profiles + ["strict"] | join(", ")) end) else ", in every profile" end)
  + (if .fix then ", " + .fix + " fix" else "" end) + "*"] | @tsv' > "$src/rules/facts"
while IFS=$'\t' read -r id facts; do sed -i "1a\\\n$facts" "$src/rules/$id.md"; done < "$src/rules/facts"
rm "$src/rules/facts"

example() { # title file
  printf '\n## %s\n\n```yaml\n' "$1"
  # What the tests expect of a line stands behind it.
  sed -E 's/ +# expect: / # <- /' "$2"
  printf '```\n'
}
while read -r id; do
  page=$src/rules/$id.md
  for file in "fixtures/rules/$id"/fail*.yaml; do
    if [ -f "$file" ] && [ "$(wc -l < "$file")" -le 80 ]; then example "Reported" "$file" >> "$page"; break; fi
  done
  for file in "fixtures/rules/$id"/pass*.yaml; do
    if [ -f "$file" ] && [ "$(wc -l < "$file")" -le 80 ]; then example "Not reported" "$file" >> "$page"; break; fi
  done
done < "$src/rules/ids"
sort "$src/rules/ids" | sed -E 's#.*#  - [&](rules/&.md)#' > "$src/rules/list"
sed -i -e "/^- \[Rules\](rules.md)/r $src/rules/list" "$src/SUMMARY.md"
printf -- '\n- [Changes](changelog.md)\n' >> "$src/SUMMARY.md"
rm "$src/rules/ids" "$src/rules/list"
# Pages that point at rules by their heading in one long page.
find "$src" -name '*.md' -exec sed -i -E 's#\]\((\.\./)?rules\.md\#([a-z0-9-]+)\)#](\1rules/\2.md)#g' {} +
mdbook build "$@"
