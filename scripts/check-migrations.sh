#!/usr/bin/env bash
# Fails if a migration of a release was changed or removed. Databases that have run it would differ
# from new ones; add a new migration instead.
#
# scripts/released-migrations.txt lists the migrations of the last release, one a line: the SHA-256 of
# the file, blanks, its path. Write it at a release with: check-migrations.sh --list
# While the list is missing or empty nothing is released and everything may change.
# Usage: check-migrations.sh [--list] [DIRECTORY of the project]
set -euo pipefail
export LC_ALL=C

print_list=false
if [[ ${1:-} == --list ]]; then
  print_list=true
  shift
fi
cd "${1:-$(dirname "$0")/..}"
list=scripts/released-migrations.txt

# Only versioned migrations: Flyway runs the repeatable ones (R__) again when they change.
if $print_list; then
  find . \( -name target -o -name .git \) -prune -o -type f -path '*/src/main/resources/db/*' -name 'V*.sql' -print |
    sed 's|^\./||' | sort | xargs -r -d '\n' sha256sum
  exit
fi

failed=0
checked=0
error() {
  echo "check-migrations: $*" >&2
  failed=1
}

if [[ -e $list ]]; then
  line=0
  while read -r hash path || [[ -n $hash ]]; do
    line=$((line + 1))
    [[ -n $hash && $hash != \#* ]] || continue
    checked=$((checked + 1))
    if [[ ! $hash =~ ^[0-9a-f]{64}$ || -z $path ]]; then
      error "$list:$line: this is not a SHA-256 and a path"
    elif [[ ! -e $path ]]; then
      error "$path is missing; it belongs to a release, restore it"
    elif ! actual=$(sha256sum <"$path") || [[ ${actual%% *} != "$hash" ]]; then
      error "$path was changed; it belongs to a release, restore it and add a new migration"
    fi
  done <"$list"
fi

if [[ $checked -eq 0 ]]; then
  echo "check-migrations: nothing is released yet ($list is missing or empty)"
fi
exit "$failed"
