#!/usr/bin/env bash
# Joins the reports of all repositories: REPORTS/fleet.json, REPORTS/fleet.html. Fails where a repository gave no report.
set -euo pipefail
: "${REPORTS:?where reports are}"
cd "$REPORTS"
rm -f fleet.json fleet.html
shopt -s nullglob
reports=(*.json) statuses=(status-*.tsv)
if [ ${#reports[@]} -eq 0 ]; then
  echo "no report in $REPORTS" >&2
  exit 1
fi
kubevet merge --fail-on never -f json=fleet.json -f html=fleet.html "${reports[@]}"
echo "${#reports[@]} repositories in $REPORTS/fleet.html"
if awk -F '\t' '$1 != 0 { print "no report (status " $1 "): " $3; bad = 1 } END { exit !bad }' "${statuses[@]}" /dev/null; then exit 1; fi
