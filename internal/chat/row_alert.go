package chat

// alert is the sentence of what a monitored system told.
func (w wordsOf) alert() {
	variant := ""
	if w.f.Resolved {
		variant = "over"
	}
	w.r.From = OneLine(w.words["system"])
	w.say(variant, "text", joinNonEmpty(" ", OneLine(w.words["title"]), OneLine(w.words["place"])))
	w.result("tl.value", w.words["text"])
	if w.f.Merged {
		w.r.Text += " " + w.p.t("ent.alert.received.merged")
	}
}
