#!/usr/bin/env bash
# Stops what was started from this checkout and removes everything the make targets made. An AURUM_HOME elsewhere is left.
set -u
cd "$(dirname "$0")/.." || exit 1
if [ -d .aurum ] && [ -x .venv/bin/python ]; then
  # Its data may lie outside of .aurum: where the path is too long for a socket, or belongs to another user.
  env -u AURUM_HOME .venv/bin/python manage.py services remove || echo "The embedded services did not stop by themselves; their files go all the same."
fi
rm -rf .venv .aurum staticfiles build dist ./*.egg-info \
  .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
find . -path ./.git -prune -o -type d -name __pycache__ -prune -exec rm -rf {} +
echo "Clean: what the make targets made is gone."
