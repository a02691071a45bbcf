package faults

import (
	"irbot/internal/directory"
	"irbot/internal/timeline"
)

type (
	entry   = timeline.Entry
	address = directory.Address
)
