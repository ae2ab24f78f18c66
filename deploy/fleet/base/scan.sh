#!/usr/bin/env bash
# Scans its share of the repositories in a list: every COUNT-th line, beginning with line INDEX. Each repository gives one
# report, REPORTS/NAME.json, and one line in REPORTS/status-INDEX.tsv: exit status, seconds, address. A repository that cannot be
# fetched or checked is written there and fails the share at its end, after all others have been scanned.
set -euo pipefail
: "${REPOSITORIES:?the list}" "${REPORTS:?where reports go}" "${INDEX:?this share}" "${COUNT:?how many shares}"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$REPORTS"
status_file=$REPORTS/status-$INDEX.tsv
: > "$status_file"
failed=0

scan() { # address revision
  local address=$1 revision=$2 name
  # One file name for an address: host, owner and repository.
  name=$(printf '%s' "$address" | sed -e 's#^[a-z+]*://##' -e 's#\.git$##' -e 's#[^A-Za-z0-9._-]#_#g')
  git -c init.defaultBranch=main init --quiet "$work/$name" || return 3
  git -C "$work/$name" fetch --quiet --depth 1 -- "$address" "$revision" || return 3
  git -C "$work/$name" checkout --quiet FETCH_HEAD || return 3
  # The report names files NAME/path. It appears under its name when it is whole.
  (cd "$work" && kubevet check --no-config --require-objects --fail-on never --quiet -f json=report.json "$name") || return $?
  mv "$work/report.json" "$REPORTS/$name.json"
}

line=0
while read -r address revision _ || [ -n "${address:-}" ]; do
  case ${address:-} in '' | '#'*) continue ;; esac
  if [ $((line++ % COUNT)) -ne "$INDEX" ]; then continue; fi
  begun=$SECONDS status=0
  scan "$address" "${revision:-HEAD}" || status=$?
  rm -rf "${work:?}"/*
  printf '%s\t%s\t%s\n' "$status" "$((SECONDS - begun))" "$address" >> "$status_file"
  if [ "$status" -ne 0 ]; then failed=$((failed + 1)); fi
done < "$REPOSITORIES"

if [ ! -s "$status_file" ]; then echo "share $INDEX of $COUNT: no repository is left for it" >&2; fi
if [ "$failed" -gt 0 ]; then
  echo "share $INDEX of $COUNT: $failed repositories could not be scanned, see $status_file" >&2
  exit 1
fi
