package incident

// Faxed reports whether a notice goes by fax and not by phone: what a person
// then records is that it was sent, not that it was read out.
func (n *Notice) Faxed() bool { return contains(n.Means, "fax") && !contains(n.Means, "phone") }
