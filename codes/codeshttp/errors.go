package codeshttp

import "parterre/modules/core/errs"

var errNoTable = errs.New(errs.NotFound, "codes.no_table", "没有这个代码表。", "There is no such code table.").At("table")
