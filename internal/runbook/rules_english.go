package runbook

import "strings"

// inEnglish gives the examples of a rule for readers of English: the bad one and
// the good one. Those that say the same in both languages are not listed.
func inEnglish(r Rule) (bad, good string) {
	for line := range strings.Lines(englishExamples) {
		if f := strings.Split(strings.TrimSuffix(line, "\n"), "\t"); len(f) == 3 && f[0] == r.ID {
			return strings.ReplaceAll(f[1], `\n`, "\n"), strings.ReplaceAll(f[2], `\n`, "\n")
		}
	}
	return r.Bad, r.Good
}

// englishExamples has a rule a line: id, bad, good, with tabs between them; \n
// begins a new line.
const englishExamples = `
RB001	How to run the gate by hand.	# Running the gate by hand
RB002	(no owner)	Owner: head of IT
RB003	25 steps in one phase	7 steps in one phase
RB004	1. First look at the situation, then … (100 characters)	1. Pull the LAN cable
RB005	1. Pull it, then phone, then write it down	1. Pull it\n2. Phone
RB006	Act as appropriate	When more than 30 trucks wait
RB007	1. Stock list	1. Print the stock list
RB008	Review by: 2019-04-01	Review by: 2027-04-01
RB012	1. Cut the TOS off	- Done when: the lamp of port 1 on the switch is out
RB021	- Notify: termnal manager (phone)	- Notify: Terminal Manager (phone)
RB022	verified 2024-01-01	verified 2026-10-01
RB101	a program or a picture	text in UTF-8
RB102	text in Shift_JIS	text in UTF-8
RB103	U+FEFF before # Steps	# Steps
RB104	a runbook of 3 MB with pictures in it	a runbook of 50 KB
RB105	Mind the lines.	## First response\n\n1. Pull the line
RB106	(0 bytes)	# Runbook\n\n1. Declare
RB107	a line with 100 times >	> Note
RB110	---\ntitle: [\n---	---\ntitle: Runbook\n---
RB112	# <%= title %>	# Recovery
RB113	Shift_JIS in a part of it	UTF-8 throughout
RB202	# Title\n\n#### First response	# Title\n\n## First response
RB203	**Containment**	## Containment
RB204	## Other	Kind: reference
RB205	- ID: step (in two places)	- ID: isolate-tos
RB206	- ID: cut 1	- ID: isolate-tos
RB207	other.md#step-3	- ID: isolate-tos
RB208	## Recovery\n## Recovery	## Recovery (TOS)\n## Recovery (gate)
RB210	1. Open it\n\n![figure](a.png)\n\n2. Choose	1. Open it\n\n   ![figure](a.png)\n2. Choose
RB211	1. **Check**\n- power	1. Check\n   - power
RB212	a list five levels deep	two levels at most
RB213	1.	1. Write it down
RB214	① Pull it	1. Pull it
RB215	-pull it	- pull it
RB216	- Check:\n- power	1. Check:\n   - power
RB218	**Note:**text	**Note**: text
RB219	~~~\n- [ ] pull it\n~~~	- [ ] pull it
RB220	## Flow	## Overview
RB221	## Equipment\n\n- [ ] torch	Kind: steps
RB222	## Duty desk\n## Security	## 1. Duty desk
RB223	<table><tr><th>Task</th><th>Owner</th></tr><tr>…	| Task | Owner |\n|---|---|\n| pull it | security |
RB301	## First response\n\n1. Pull it	Owner: duty lead
RB302	- Ownr: security	- Owner: security
RB303	- Due: until tomorrow	- Due: 15 min
RB304	- Due: at once	- Due: within 5 min
RB305	## First response (0–15 min)\n\n1. Pull it (T+60 min)	## First response (0–15 min)\n\n1. Pull it (T+10 min)
RB306	T+15 min, then T+10 min	T+10 min, then T+15 min
RB307	- Owner: duty laed	- Owner: duty lead
RB308	- Due: by 17:30	- Due: T+30 min
RB309	- Due: 3 business days	- Due: 72 hours
RB311	- Owner: Mr Yamada	- Owner: head of IT
RB312	severity SEV1 without a limit	- Due: T+15 min
RB313	due in 15 min, takes 6 hours	due in 60 min, takes 30 min
RB314	Owner: head of IT / Approver: head of IT	Owner: network team / Approver: head of IT
RB315	1. Phone the foreman within 5 min	1. Phone the foreman\n   - Due: within 5 min
RB401	1. Can they be reached?	1. Can they be reached?\n   - Yes: go to step 3\n   - No: go to step 4
RB402	Decision: can it be restored	- Yes: …\n- No: …
RB403	- Yes: go to step 99	- Yes: go to step 3
RB404	step 1 → step 2 → step 1	- Unknown: decide again every 30 min (Timer: every 30 min)
RB405	every answer jumps over the step	- No: go to step 5
RB406	go to step 3 (in three places)	go to "Restore the TOS"
RB407	decide\n ↓\ndeclare	1. Decide\n2. Declare
RB408	- Intensity 5: …\n- Intensity 6: …	- Otherwise: ask the foreman
RB409	go to step 4, past step 3, which wants an approval	go to step 4
RB410	1. What does the tsunami forecast say?\n   - Major warning: to high ground\n   - Advisory: away from the quay\n   - Keep listening to the radio	1. What does the tsunami forecast say?\n   - Major warning: to high ground\n   - Advisory: away from the quay\n   - Note: keep listening to the radio
RB501	- Notify: all concerned	- Notify: #tos-incident
RB502	- Notify: the ministry	- Message: [to authorities](#to-authorities)
RB503	- Message: [first report](#nowhere)	### First report\n\n> We detected an incident.
RB504	If it is not over within 15 min, tell the lead	- Escalate: 15 min → SRE lead
RB505	- Escalate: foreman → CISO → 10 min	- Escalate: 10 min → foreman → 10 min → CISO
RB506	- Escalate: 10 min	- Escalate: 10 min → foreman
RB508	- Escalate: a policy that does not exist	- Escalate: standard
RB509	- Timer: every 30 min	- Timer: every 30 min\n- Done when: recovery is declared
RB601	Phone: [contact]	Phone: general affairs, duty desk
RB602	[Manual operation](none.md)	[Manual operation](manual-gate.md)
RB603	{{XX}}	{{detected_at}}
RB604	[First report](#fist-report)	[First report](#first-report)
RB606	Log in to <host>	Log in to ` + "`<host>`" + `
RB607	Start [this runbook](self.md)	go to phase 2
RB701	ten pages of explanation in one step	a short step
RB702	500 lines of settings	10 lines of settings
RB703	300 steps	40 steps
RB704	a table of 12 columns	a table of 4 columns
RB801	<script>…</script>	[Steps](manual.md)
RB802	password=Hunter2!x	the password is in envelope 3 in the safe
RB803	090-1234-5678	Terminal Manager (phone)
RB804	rm -rf /data	- Approver: head of IT
RB805	<!channel>	- Notify: #tos-incident
`
