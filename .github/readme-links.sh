#!/usr/bin/env bash
# Makes the README's links absolute: package indexes show it without the repository around it.
# .github/readme-links.sh OWNER/REPOSITORY TAG
set -euo pipefail
repository=$1 tag=$2
sed -i.bak -E \
  -e "s#\]\((docs/[^)]*\.svg)\)#](https://raw.githubusercontent.com/$repository/$tag/\1)#g" \
  -e "s#\]\(((docs/|CHANGELOG\.md)[^)]*)\)#](https://github.com/$repository/blob/$tag/\1)#g" README.md
rm README.md.bak
if grep -E '\]\([^h#]' README.md; then
  echo "the README has links that are still relative" >&2
  exit 1
fi
