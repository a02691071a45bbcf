package chat

import "testing"

func TestFittingKeepsBackWhatReadersMayNotHave(t *testing.T) {
	text := "TOSが停止した\n未確認: 侵入はVPN経由\n[TLP:AMBER] 端末12台\n（推定）被害は3区画\n[TLP:GREEN] ゲートは閉鎖"
	for _, tt := range []struct {
		to   Audience
		want string
		cut  int
	}{
		{ForPort, "TOSが停止した\n[TLP:GREEN] ゲートは閉鎖", 3},
		{ForInternal, text, 0},
		{ForExecutive, text, 0},
	} {
		if got, cut := fitting(text, tt.to); got != tt.want || cut != tt.cut {
			t.Errorf("%s: cut %d\n%s", tt.to, cut, got)
		}
	}
	if got, cut := fitting("[TLP:RED] 通報者の名前\nｔｌｐ：ＲＥＤ 別の行", ForInternal); got != "" || cut != 2 {
		t.Errorf("RED reached a rendering under AMBER: %q %d", got, cut)
	}
}
