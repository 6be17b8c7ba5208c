#!/bin/sh
# Takes the place of "java -jar p3s-pilot.jar" in tests that count how pilots are started.
# It is not a pilot: it notes its process and its arguments, and waits to be ended.
echo "stand-in: $*"
echo "$$ $*" >> starts
exec sleep 300
