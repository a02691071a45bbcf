package timeline

import "fmt"

// EvidenceColumns are the heads of the list of evidence.
func (h *Header) EvidenceColumns() []string {
	return []string{"No", h.say("名称", "Name"), h.say("記録者", "Added by"), h.say("日時", "Time"), "SHA-256", h.say("記録", "Entry")}
}

// HowToCheck tells a reader of paper, line by line, how to compare it with the
// record.
func (h *Header) HowToCheck() []string {
	p := h.Proof
	if p == nil {
		return nil
	}
	zip := fmt.Sprintf("irbot export %s --format zip --at %d --out pack.zip", h.IncidentID, h.Count)
	return []string{
		h.sayf("1. この控えは記録 #1 から #%d までのものです。その先頭からのハッシュ(head)は次のとおりです。", "1. This copy is of entries #1 to #%d. The head of their hash chain is:", h.Count),
		h.Head,
		h.say("電話で読み合わせるための語:", "The same in words, to be compared on the phone:") + " " + p.Words,
		h.say("2. 事業者から同じ head の証拠パックを受け取ります(事業者の操作):", "2. Ask the operator for the evidence pack of the same head; the operator runs:") + " " + zip,
		h.say("3. 証拠パックを確かめます。irbot がなくても README.txt の手順(python3、openssl)で確かめられます:", "3. Check the pack; without irbot, follow its README.txt (python3, openssl):") + " irbot verify pack.zip",
		h.say("4. 結果の head がこの紙の head と、公開鍵の指紋が事業者から聞いたものと同じなら、記録はこの紙の時から変わっていません。指紋:", "4. If the head is the one on this paper, and the fingerprint of the public key is the one the operator told you, the record has not changed since this paper was made. Fingerprint:") + " " + p.Key,
		h.say("5. 署名つき控え(別の場所の控えと比べてください):", "5. Signed checkpoints, to be compared with those kept elsewhere:"),
	}
}
