# Runs on every host: what it prints is the log in S3, and its exit code is the record's.
set -eu
echo "Hello, world, from $(uname -n), where it is $(date -u +%H:%M) UTC"
uptime || true
