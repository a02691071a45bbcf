package faults

import (
	"irbot/internal/directory"
	"irbot/internal/timeline"
)

type (
	entry   = timeline.Entry
	kind    = timeline.Kind
	address = directory.Address
)
