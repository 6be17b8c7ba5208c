#!/usr/bin/env bash
# Tests check-class-names.sh and check-migrations.sh: each must pass where it should and fail where it
# should. Prints nothing but failures.
set -euo pipefail
export LC_ALL=C

scripts=$(cd "$(dirname "$0")" && pwd)
project=$(mktemp -d)
trap 'rm -rf "$project"' EXIT
mkdir "$project/scripts"
failures=0

# expect WHAT EXIT-CODE TEXT COMMAND...: runs the command; its output must contain the text.
expect() {
  local what=$1 code=$2 text=$3 out actual=0
  shift 3
  out=$("$@" 2>&1) || actual=$?
  if [[ $actual -ne $code || $out != *"$text"* ]]; then
    echo "test-checks: $what: expected exit code $code and '$text', got $actual and '$out'" >&2
    failures=$((failures + 1))
  fi
}

class() {
  mkdir -p "$project/$1/src/main/java/org/p3s"
  echo "class ${2} {}" >"$project/$1/src/main/java/org/p3s/$2.java"
}

names() { bash "$scripts/check-class-names.sh" "$project"; }
migrations() { bash "$scripts/check-migrations.sh" "$project"; }
allowed=$project/scripts/allowed-duplicate-names.txt
released=$project/scripts/released-migrations.txt

expect "a directory without code fails" 1 "no main code" names
class a Query
class b Store
expect "different names pass" 0 "" names
class b Query
expect "a duplicate fails" 1 "the class name Query is used more than once" names
expect "the places of a duplicate are named" 1 "a/src/main/java/org/p3s/Query.java" names
printf '# comment\n\nQuery  two views of one thing\n' >"$allowed"
expect "a duplicate with a reason passes" 0 "" names
printf 'Query\n' >"$allowed"
expect "an entry without a reason fails" 1 ":1: Query has no reason" names
printf 'Query  a reason\nStore  another reason\n' >"$allowed"
expect "an entry that is not needed fails" 1 ":2: Store is not a duplicate" names
printf 'Query  a reason\nQuery  a reason\n' >"$allowed"
expect "an entry that is there twice fails" 1 ":2: Query is listed twice" names
printf 'Query  a reason' >"$allowed"
expect "a last line without line end counts" 0 "" names
mkdir -p "$project/b/target/src/main/java"
echo "class Store {}" >"$project/b/target/src/main/java/Store.java"
expect "build directories do not count" 0 "" names
rm -r "$project/b/target"
if command -v git >/dev/null; then
  git -C "$project" init -q
  expect "files in a git repository count before they are added" 0 "" names
  class c Store
  expect "a duplicate in a git repository fails" 1 "the class name Store is used more than once" names
  git -C "$project" add -A
  rm "$project/c/src/main/java/org/p3s/Store.java"
  expect "a removed file does not count" 0 "" names
fi

sql=$project/a/src/main/resources/db/migration
mkdir -p "$sql"
echo "CREATE TABLE t (i int);" >"$sql/V001__a.sql"
echo "CREATE VIEW v AS SELECT 1;" >"$sql/R__v.sql"
expect "no list passes and says so" 0 "nothing is released yet" migrations
: >"$released"
expect "an empty list passes and says so" 0 "nothing is released yet" migrations
bash "$scripts/check-migrations.sh" --list "$project" >"$released"
expect "the list has the versioned migrations" 0 "V001__a.sql" cat "$released"
expect "unchanged migrations pass" 0 "" migrations
echo "CREATE TABLE u (i int);" >"$sql/V002__b.sql"
echo "CREATE VIEW v AS SELECT 2;" >"$sql/R__v.sql"
expect "new and repeatable migrations pass" 0 "" migrations
echo "-- changed" >>"$sql/V001__a.sql"
expect "a changed migration fails" 1 "V001__a.sql was changed" migrations
rm "$sql/V001__a.sql"
expect "a missing migration fails" 1 "V001__a.sql is missing" migrations
echo "V001__a.sql" >"$released"
expect "a line that is not a hash and a path fails" 1 ":1: this is not a SHA-256 and a path" migrations

exit $((failures > 0))
