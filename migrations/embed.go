// Package migrations holds the schema as SQL text, one numbered pair of files
// a step: NNNN_name.up.sql and NNNN_name.down.sql. Up, Down and Status run
// them as the schema's owner; the application's role owns nothing.
//
// Numbers are grouped by module: 0001 core and audit, 0010 access, 0020 venue,
// 0030 ticketmap, 0040 show, 0050 inventory, 0060 sales, 0065 identity, 0070
// checking, 0080 reporting, 0085 lab, 0090 codes.
package migrations

import "embed"

//go:embed *.sql
var files embed.FS
