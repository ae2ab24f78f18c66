#!/usr/bin/env bash
# Merges the reports of all repositories in the list: REPORTS/fleet.json, REPORTS/fleet.html. Fails if one of them has no report,
# whether its scan failed or never ran. Reports of repositories that are no longer in the list are left out.
set -euo pipefail
: "${REPOSITORIES:?the list}" "${REPORTS:?where reports are}"
rm -f "$REPORTS/fleet.json" "$REPORTS/fleet.html"

declare -A name_of status_of
for file in "$REPORTS"/*.status; do
  [ -e "$file" ] || continue
  IFS=$'\t' read -r status _ address revision < "$file" || continue
  status_of["$address $revision"]=$status
  name_of["$address $revision"]=$(basename "$file" .status)
done

reports=() missing=()
while read -r address revision _ || [ -n "${address:-}" ]; do
  case ${address:-} in '' | '#'*) continue ;; esac
  status=${status_of["$address $revision"]:-}
  case $status in
    0) reports+=("${name_of["$address $revision"]}.json") ;;
    '') missing+=("$address (not scanned)") ;;
    *) missing+=("$address (status $status)") ;;
  esac
done < "$REPOSITORIES"

cd "$REPORTS"
if [ ${#reports[@]} -gt 0 ]; then
  kubevet merge --fail-on never -f json=fleet.json -f html=fleet.html "${reports[@]}"
fi
echo "${#reports[@]} of $((${#reports[@]} + ${#missing[@]})) repositories in $REPORTS/fleet.html"
if [ ${#missing[@]} -gt 0 ]; then
  printf 'no report: %s\n' "${missing[@]}" >&2
  exit 1
fi
if [ ${#reports[@]} -eq 0 ]; then
  echo "no repository in $REPOSITORIES" >&2
  exit 1
fi
