# Shared by the scripts in this folder; sourced, not run. Each script begins with
#
#	set -euo pipefail
#	cd "$(dirname "$0")/.."
#	. .ci/lib.sh
#
# The scripts:
#	setup run|test   installs Debian packages that are missing (root) or names them and stops (anybody else)
#	web              builds the pages in apps/web when their sources have changed
#	postgres         PostgreSQL as an npm package, for who may not install Debian's
#	start            what `make run` does: setup, pages, binary, server
#	test             what `make test` does: setup, pages, binary, all tests, one closing line of counts
#	check            format, vet, lint, import policy, types: no database, no browser
#	bench            everything that is measured, the seat map in a browser too
#	fuzz             each fuzz target for a bounded time
#	verify           generated files are up to date
#	clean-data       deletes var/ with the database, after asking
#	run              the continuous-integration entry: make test on a fresh machine
#	tally.go         adds up JUnit reports
#	tools.mod        the pinned Go tools, apart from go.mod so that they cannot move the product's versions
#
# All of them work as root and as an ordinary user, without a terminal and without input.

say() { printf '\n\033[1m==> %s\033[0m\n' "$*"; }
[ -t 1 ] || say() { printf '\n==> %s\n' "$*"; }
[ -t 1 ] || export NO_COLOR=1 # a log is read without a terminal
export NPM_CONFIG_UPDATE_NOTIFIER=false NPM_CONFIG_FUND=false NPM_CONFIG_AUDIT=false

warn() { printf '%s\n' "$*" >&2; }

die() {
	printf '\n%s\n' "$1" >&2
	shift
	[ $# -eq 0 ] || printf '  %s\n' "$@" >&2
	exit 1
}

have() { command -v "$1" >/dev/null 2>&1; }

# tool NAME ARGS...: a Go tool at its pinned version.
tool() { go tool -modfile=.ci/tools.mod "$@"; }

# need_toolchains: what has to be there before anything else can be.
need_toolchains() {
	local name missing=()
	for name in go node npm; do have "$name" || missing+=("$name"); done
	[ ${#missing[@]} -eq 0 ] || die "Not found in PATH: ${missing[*]}." \
		"Go: the version in go.mod ($(sed -n 's/^go //p' go.mod)) or newer, https://go.dev/dl/" \
		"Node with npm: 20.19 or newer, https://nodejs.org/ or Debian's packages nodejs and npm"
	node -e 'const [a,b]=process.versions.node.split(".").map(Number);process.exit(a>20||(a===20&&b>=19)?0:1)' ||
		die "Node is $(node --version); the pages need 20.19 or newer."
	go version >/dev/null || die "Go does not run here; go.mod asks for $(sed -n 's/^go //p' go.mod)."
}

# A checkout may belong to another user than the one who builds; git then refuses to answer, and Go's version stamp
# with it. The version goes in by the linker instead.
go_build() {
	local version
	version=$(git describe --always --dirty 2>/dev/null || echo unversioned)
	mkdir -p bin
	go build -trimpath -buildvcs=false -ldflags "-X main.version=$version" -o bin/parterre ./apps/parterre
}
