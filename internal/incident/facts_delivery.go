package incident

import "irbot/internal/timeline"

// KindMsgReported is what a carrier (an SMS or voice gateway) told later about
// a message it had accepted.
const KindMsgReported timeline.Kind = "message.reported"

// What a carrier may report.
const (
	ReportedDelivered = "delivered" // it is on the phone, the call was answered
	ReportedRead      = "read"
	ReportedFailed    = "failed" // certainly not delivered
)
