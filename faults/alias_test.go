package faults

import "irbot/internal/timeline"

type entry = timeline.Entry
