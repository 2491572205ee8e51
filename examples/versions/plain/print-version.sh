#!/bin/sh
# Prints the version of eggs.
read -r version < "$(dirname "$0")/VERSION"
echo "eggs $version"
