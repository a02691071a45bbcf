package timeline

import "fmt"

// Code names why a record does not hold; codes never change their meaning.
type Code string

// What verification finds. Codes marked (warning) do not make a record fail.
const (
	CodeLine       Code = "line"       // a line is not the strict form
	CodeBOM        Code = "bom"        // a byte order mark
	CodeFinalLF    Code = "final_lf"   // the last line feed is missing
	CodeEmpty      Code = "empty"      // no entry at all
	CodeEnvelope   Code = "envelope"   // members, canonical form or grammar
	CodeIncident   Code = "incident"   // an entry of another log
	CodeSequence   Code = "sequence"   // gap, repetition or other order
	CodeEntryHash  Code = "entry_hash" // envelope does not give the hash
	CodeHead       Code = "head"       // chain does not give the head
	CodeText       Code = "text"       // salt or fields outside their form
	CodeDigest     Code = "digest"     // text does not give the digest
	CodeWithheld   Code = "withheld"   // withheld where it must not be, or not where it must
	CodeFork       Code = "fork"       // a signed checkpoint shows another history
	CodeTruncated  Code = "truncated"  // a signed checkpoint covers more entries
	CodeSignature  Code = "signature"  // no known key signed it
	CodeOrigin     Code = "origin"     // signed for another site or incident
	CodeUncovered  Code = "uncovered"  // the pack's newest checkpoint is not at the head
	CodeZip        Code = "zip"        // the container itself
	CodeName       Code = "name"       // unsafe or repeated file name, or a link
	CodeLimit      Code = "limit"      // larger than a pack may be
	CodeMissing    Code = "missing"    // a file that must be there is not
	CodeUnlisted   Code = "unlisted"   // a file the manifest does not know
	CodeManifest   Code = "manifest"   // manifest and content differ
	CodeAttachment Code = "attachment" // kept file missing or replaced
	CodeRunbook    Code = "runbook"    // runbook replaced or not named in facts

	CodeUnanchored     Code = "unanchored"       // (warning) nothing from outside vouches for the head
	CodeTailUnanchored Code = "tail_unanchored"  // (warning) the outside checkpoint ends before the head
	CodeUnsigned       Code = "unsigned"         // (warning) outside checkpoint compared without a key
	CodeSaltRepeated   Code = "salt_repeated"    // (warning) two texts share a salt
	CodeErasureUnshown Code = "erasure_unshown"  // (warning) said to be erased, no erasure up to the head
	CodeErasureOpen    Code = "erasure_not_done" // (warning) erased by an entry, text still here
	CodeKeyUnannounced Code = "key_unannounced"  // (warning) no older key vouches for this one
)

// Problem is one thing that does not hold.
type Problem struct {
	Seq    int64  `json:"seq,omitempty"` // entry concerned; 0 where none is
	Code   Code   `json:"code"`
	Detail string `json:"detail,omitempty"` // names, numbers, hashes: no prose
}

// meaning is what a code says to people: Japanese, English.
func (c Code) meaning() (ja, en string) {
	if m, ok := chainMeaning(c); ok {
		return m[0], m[1]
	}
	if m, ok := packMeaning(c); ok {
		return m[0], m[1]
	}
	return "形式に合いません", "outside the format"
}

func chainMeaning(c Code) ([2]string, bool) {
	m, ok := map[Code][2]string{
		CodeLine:      {"行の形式が決まりと違います", "the line is not in the prescribed form"},
		CodeBOM:       {"先頭にBOMがあります", "a byte order mark stands at the beginning"},
		CodeFinalLF:   {"最後の改行がありません。途中で切れた可能性があります", "the last line feed is missing; the file may be cut off"},
		CodeEmpty:     {"記録が1件もありません", "there is no entry at all"},
		CodeEnvelope:  {"記録の本体の形式が決まりと違います", "the envelope is not in the prescribed form"},
		CodeIncident:  {"別の案件の記録が混ざっています", "an entry of another incident stands here"},
		CodeSequence:  {"番号が続いていません(抜け、重複、入れ替え)", "numbers do not follow (gap, repetition or other order)"},
		CodeEntryHash: {"記録の内容がハッシュと合いません。書き換えられています", "content does not give its hash; it was changed"},
		CodeHead:      {"ハッシュの連なりが切れています", "the hash chain is broken"},
		CodeText:      {"文章またはソルトの形式が決まりと違います", "text or salt is not in the prescribed form"},
		CodeDigest:    {"文章がダイジェストと合いません。書き換えられています", "text does not give its digest; it was changed"},
		CodeWithheld:  {"非開示の印が文章の有無と合いません", "the withheld mark does not agree with the text"},
		CodeFork:      {"署名された控えと違う履歴です(分岐)", "history differs from a signed checkpoint (fork)"},
		CodeTruncated: {"署名された控えより短い記録です。末尾が欠けているか、控えより前に取り出した出力です", "record is shorter than a signed checkpoint; its tail is missing, or the export is older than the checkpoint"},
		CodeSignature: {"知っている鍵の署名がありません。鍵が替わった後の記録なら、新しい verifier.key を別の道で受け取ってください",
			"no known key signed this; if the key was changed since, ask for the new verifier.key by another way"},
		CodeOrigin: {"別の施設または案件の署名です", "signed for another site or incident"},
		CodeUnanchored: {"外部の控えと照合していません。--checkpoint か --anchors か --key を付けると照合できます。irbot を動かしている機器では irbot anchor check",
			"not compared with anything from outside; give --checkpoint, --anchors or --key to do so, or type irbot anchor check where irbot runs"},
		CodeTailUnanchored: {"外部の控えより後の記録は照合できていません", "entries after the outside checkpoint are not vouched for"},
		CodeUnsigned:       {"控えの署名は確かめていません。--key を付けると確かめられます", "signature of the checkpoint not checked; give --key to do so"},
		CodeSaltRepeated:   {"同じソルトが2回使われています", "the same salt is used twice"},
		CodeErasureUnshown: {"消去済みとありますが、消去の記録がこの範囲にありません", "said to be erased, but no erasure is recorded in this range"},
		CodeKeyUnannounced: {"この鍵を、前の鍵は保証していません。鍵の指紋を電話か紙で確かめ、受け取った鍵を --key に付けてください",
			"no older key vouches for this key; compare its fingerprint by phone or paper and give the key you received with --key"},
		CodeErasureOpen: {"消去の記録があるのに文章が残っています", "erased by a later entry, but the text is still here"},
	}[c]
	return m, ok
}

func packMeaning(c Code) ([2]string, bool) {
	m, ok := map[Code][2]string{
		CodeUncovered:  {"最新の控えが末尾の記録に届いていません", "the newest checkpoint does not cover the head"},
		CodeZip:        {"zipの構造が壊れているか、余分なバイトがあります", "the zip is damaged or holds bytes that belong to no file"},
		CodeName:       {"ファイル名が安全でないか、重複しています", "a file name is unsafe or repeated, or it is a link"},
		CodeLimit:      {"大きさの上限を超えています", "larger than a pack may be"},
		CodeMissing:    {"必要なファイルがありません", "a file that must be there is missing"},
		CodeUnlisted:   {"一覧(manifest)にないファイルがあります", "a file is not listed in the manifest"},
		CodeManifest:   {"一覧(manifest)と中身が合いません", "manifest and content differ"},
		CodeAttachment: {"証跡のファイルがないか、差し替えられています", "an attachment is missing or was replaced"},
		CodeRunbook:    {"手順書が差し替えられているか、記録に出てきません", "a runbook was replaced or is not named in the record"},
	}[c]
	return m, ok
}

// Japanese says the problem to people.
func (p Problem) Japanese() string {
	ja, _ := p.Code.meaning()
	if p.Seq > 0 {
		ja = fmt.Sprintf("#%d: %s", p.Seq, ja)
	}
	if p.Detail != "" {
		ja += "(" + p.Detail + ")"
	}
	return ja
}

// English says the problem to people.
func (p Problem) English() string {
	_, en := p.Code.meaning()
	if p.Seq > 0 {
		en = fmt.Sprintf("#%d: %s", p.Seq, en)
	}
	if p.Detail != "" {
		en += " (" + p.Detail + ")"
	}
	return en
}
