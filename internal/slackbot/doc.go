// Package slackbot is the Slack surface: Socket Mode or signed HTTP in, Block
// Kit out, and a notify.Sender. It guarantees that
//
//   - an act is committed before Slack is told that it arrived; where the commit
//     fails the person is told NOT RECORDED, in words;
//   - an act delivered twice is done once: request keys name the person's act,
//     never the transport;
//   - every copy of a card follows the record, and a button that no longer fits
//     is refused with who was first;
//   - nothing typed by people can mention, format or link by itself;
//   - whoever owns the workspace cannot approve an outside notice: that takes a
//     personal code which Slack does not know.
//
// It is the only importer of slack-go.
package slackbot
