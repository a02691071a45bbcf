package runbook

import (
	"fmt"
	"os"
	"testing"
)

func TestLim(t *testing.T) {
	for _, f := range []string{"rhobs+configuration/docs__sop__observatorium.md", "mattrussi+gitlab-com-runbooks/docs__cloudflare__managing-traffic.md", "mattrussi+gitlab-com-runbooks/docs__tutorials__overview_life_of_a_git_request.md", "mattrussi+gitlab-com-runbooks/docs__tutorials__tips_for_tutorial_writing.md", "cortexproject+cortex-jsonnet/cortex-mixin__docs__playbooks.md"} {
		src, _ := os.ReadFile("/tmp/rbcorpus/all/" + f)
		o, bad := checkLimits(string(src))
		lt := newLineTable(string(src))
		fmt.Println(f, o, bad, cutRunes(lt.line(o.line), 100))
	}
}
