#!/usr/bin/env bash
# Scans its share of the repositories in a list: every COUNT-th line, beginning with line INDEX. Each repository gives one
# report, REPORTS/NAME.json, and one line in REPORTS/NAME.status: exit status, seconds, address, revision. A repository that cannot be
# fetched or checked fails the share at its end, after all others have been scanned.
set -euo pipefail
: "${REPOSITORIES:?the list}" "${REPORTS:?where reports go}" "${INDEX:?this share}" "${COUNT:?how many shares}"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$REPORTS"

scan() { # name address revision
  local name=$1 address=$2 revision=${3:-HEAD}
  git -c init.defaultBranch=main init --quiet "$work/$name" || return 3
  git -C "$work/$name" fetch --quiet --depth 1 -- "$address" "$revision" || return 3
  git -C "$work/$name" checkout --quiet FETCH_HEAD || return 3
  # The report names files NAME/path. It appears under its name when it is whole.
  (cd "$work" && kubevet check --no-config --require-objects --fail-on never --quiet -f json=report.json "$name") || return $?
  mv "$work/report.json" "$REPORTS/$name.json"
}

line=0 mine=0 failed=()
while read -r address revision _ || [ -n "${address:-}" ]; do
  case ${address:-} in '' | '#'*) continue ;; esac
  if [ $((line++ % COUNT)) -ne "$INDEX" ]; then continue; fi
  mine=$((mine + 1)) begun=$SECONDS status=0
  # One file name for a line of the list: host, owner, repository and revision.
  name=$(printf '%s' "$address${revision:+ $revision}" | sed -e 's#^[a-z+]*://##' -e 's#\.git\( \|$\)#\1#' -e 's#[^A-Za-z0-9._-]#_#g')
  # What an earlier run found is not what is there now.
  rm -f "$REPORTS/$name.json" "$REPORTS/$name.status"
  scan "$name" "$address" "$revision" || status=$?
  rm -rf "${work:?}"/*
  printf '%s\t%s\t%s\t%s\n' "$status" "$((SECONDS - begun))" "$address" "$revision" > "$REPORTS/$name.status"
  if [ "$status" -ne 0 ]; then failed+=("$address (status $status)"); fi
done < "$REPOSITORIES"

echo "share $INDEX of $COUNT: $((mine - ${#failed[@]})) of $mine repositories scanned"
if [ ${#failed[@]} -gt 0 ]; then
  printf 'not scanned: %s\n' "${failed[@]}" >&2
  exit 1
fi
