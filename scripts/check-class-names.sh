#!/usr/bin/env bash
# Fails if main code has two classes with the same name, unless the name is in
# scripts/allowed-duplicate-names.txt with a reason. It also fails on entries of that list without a
# reason, and on entries that are not needed any more.
#
# A class is a .java file in src/main/java; nested classes do not count, their outer class names them.
# The list has one name a line, then blanks and the reason. Empty lines and lines with # are ignored.
# Usage: check-class-names.sh [DIRECTORY of the project]
set -euo pipefail
export LC_ALL=C

cd "${1:-$(dirname "$0")/..}"
list=scripts/allowed-duplicate-names.txt
failed=0

error() {
  echo "check-class-names: $*" >&2
  failed=1
}

# The files of main code: from git if this is the root of a repository, else from the directories.
sources() {
  if [[ $(git rev-parse --show-toplevel 2>/dev/null) == "$(pwd -P)" ]]; then
    # New files that are not added yet count; files that were removed do not.
    git ls-files --cached --others --exclude-standard -- '*/src/main/java/*.java' | while IFS= read -r file; do
      [[ ! -e $file ]] || printf '%s\n' "$file"
    done
  else
    find . \( -name target -o -name .git \) -prune -o -type f -path '*/src/main/java/*.java' -print | sed 's|^\./||'
  fi | sort -u
}

declare -A files
count=0
while IFS= read -r file; do
  name=${file##*/}
  name=${name%.java}
  files[$name]+="${files[$name]:+$'\n'}$file"
  count=$((count + 1))
done < <(sources)

[[ $count -gt 0 ]] || error "there is no main code in $PWD; is this the directory of the project?"

declare -A allowed
if [[ -e $list ]]; then
  line=0
  while read -r name reason || [[ -n $name ]]; do
    line=$((line + 1))
    [[ -n $name && $name != \#* ]] || continue
    [[ -n $reason ]] || error "$list:$line: $name has no reason; write it after the name"
    [[ -z ${allowed[$name]:-} ]] || error "$list:$line: $name is listed twice"
    allowed[$name]=1
    [[ ${files[$name]:-} == *$'\n'* ]] ||
      error "$list:$line: $name is not a duplicate (any more); remove the line"
  done <"$list"
fi

for name in $(printf '%s\n' "${!files[@]}" | sort); do
  if [[ ${files[$name]} == *$'\n'* && -z ${allowed[$name]:-} ]]; then
    error "the class name $name is used more than once; rename all but one, or give a reason in $list:"
    printf '%s\n' "${files[$name]}" | sed 's/^/  /' >&2
  fi
done

exit "$failed"
