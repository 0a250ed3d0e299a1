package suite

import (
	_ "embed"
	"testing"

	"parterre/modules/access/accesstest"
)

//go:embed testdata/permissions.txt
var permissionTable string

// Every operation of every app, tried as every role, device, key, buyer and
// visitor, with and without its permission (SEC-MLPS-AC-a, d).
func TestPermissionTable(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	accesstest.Permissions(t, w.World, permissionTable)
}
